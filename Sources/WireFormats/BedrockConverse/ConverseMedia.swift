internal import GatewayTypes

/// A picture, a recording, a film or a document as Converse takes it: a format's short name, and bytes or a place in S3. Other
/// places are not taken.
struct ConverseMedia: Equatable {
    enum Source: Equatable {
        /// Base 64, as it came.
        case bytes(String)
        case s3(String)
    }

    var format: String
    var source: Source

    init?(image media: Media) { self.init(media, Self.images) }
    init?(audio media: Media) { self.init(media, Self.recordings) }
    init?(video media: Media) { self.init(media, Self.films) }
    init?(document media: Media) { self.init(media, Self.documents) }

    private init?(_ media: Media, _ formats: [String: String]) {
        switch media {
        case .inline(let type, let data):
            guard let format = formats[Self.plain(type)] else { return nil }
            self.format = format
            source = .bytes(data)
        case .url(let url, let type):
            guard url.hasPrefix("s3://") else { return nil }
            let ending = String(url.split(separator: ".").last ?? "").lowercased()
            guard
                let format = type.flatMap({ formats[Self.plain($0)] }) ?? formats.values.first(where: { $0 == ending })
            else { return nil }
            self.format = format
            source = .s3(url)
        case .file: return nil
        }
    }

    /// A media type without its parameters.
    private static func plain(_ type: String) -> String {
        String(type.split(separator: ";").first ?? "").withoutTrailingSpace.lowercased()
    }

    private static let images = [
        "image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/gif": "gif", "image/webp": "webp",
    ]
    private static let recordings = [
        "audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/flac": "flac",
        "audio/ogg": "ogg", "audio/opus": "opus", "audio/aac": "aac", "audio/mp4": "m4a", "audio/m4a": "m4a",
        "audio/webm": "webm",
    ]
    private static let films = [
        "video/mp4": "mp4", "video/quicktime": "mov", "video/x-matroska": "mkv", "video/webm": "webm",
        "video/x-flv": "flv", "video/mpeg": "mpeg", "video/mpg": "mpg", "video/x-ms-wmv": "wmv",
        "video/3gpp": "three_gp",
    ]
    private static let documents = [
        "application/pdf": "pdf", "text/csv": "csv", "application/msword": "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "text/html": "html",
        "text/plain": "txt", "text/markdown": "md",
    ]
}
