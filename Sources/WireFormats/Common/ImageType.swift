/// The media type of a picture that came without one.
enum ImageType {
    /// - Parameter data: base64, whose beginning is that of the file's first bytes.
    static func guess(_ data: String) -> String {
        if data.hasPrefix("/9j/") { return "image/jpeg" }
        if data.hasPrefix("R0lGOD") { return "image/gif" }
        return data.hasPrefix("UklGR") ? "image/webp" : "image/png"
    }
}
