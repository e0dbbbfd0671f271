/// Files kept by Google are named by addresses that no other provider can read.
enum GeminiFile {
    private static let starts = ["https://generativelanguage.googleapis.com/", "files/", "gs://"]

    /// Whether a name can only be one that Google gave: of its Files API, or of its storage.
    static func isKept(_ name: String) -> Bool { starts.contains(where: name.hasPrefix) }
}
