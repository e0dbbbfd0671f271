internal import GatewayTypes
internal import JSON

/// Spoken output of chat completions.
enum ChatAudio {
    /// The members of one `audio` object for all pieces of a stream: recordings and transcripts appended, the rest as it
    /// came last.
    static func join(_ pieces: [RawJSON], to writer: inout JSONWriter) {
        var id: String?
        var expiry: Int?
        var data = ""
        var transcript = ""
        for piece in pieces.compactMap({ try? JSONValue.parse($0.bytes) }) {
            id = piece["id"]?.string ?? id
            expiry = piece["expires_at"]?.int ?? expiry
            data += piece["data"]?.string ?? ""
            transcript += piece["transcript"]?.string ?? ""
        }
        if let id { writer.member("id", id) }
        if let expiry { writer.member("expires_at", expiry) }
        writer.member("data", data)
        writer.member("transcript", transcript)
    }

    /// The media type of an `input_audio` format, and back.
    static func mediaType(of format: String) -> String { format == "mp3" ? "audio/mpeg" : "audio/\(format)" }

    static func format(of mediaType: String) -> String {
        switch mediaType {
        case "audio/mpeg", "audio/mp3": "mp3"
        case "audio/x-wav", "audio/wave", "audio/wav": "wav"
        default: mediaType.hasPrefix("audio/") ? String(mediaType.dropFirst(6)) : mediaType
        }
    }
}
