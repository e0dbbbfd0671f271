internal import GatewayTypes
internal import JSON

/// Carries a recording: its bytes go on as they come, under the upstream's media type. Events that tell of one are checked
/// one by one. JSON in its place may hold it whole (Mistral's `audio_data`); any other text is no recording.
struct RecordingRelay: AnswerRelay {
    private enum Form { case bytes, events, text }

    /// A longer text is no answer.
    private static let mostText = 67_108_864

    /// The media types of what callers ask for as `response_format`.
    private static let types = [
        "aac": "audio/aac", "flac": "audio/flac", "mp3": "audio/mpeg", "opus": "audio/ogg", "pcm": "audio/pcm",
        "wav": "audio/wav",
    ]

    private(set) var contentType: String?
    private let format: String
    private var own = AnswerSummary()
    private var form = Form.bytes
    private var text: [UInt8] = []
    private var events = EventPassThrough(until: ["speech.audio.done"], orElse: .noRecording)

    /// - Parameter format: the `response_format` asked for.
    init(_ format: String?) { self.format = format ?? "mp3" }

    var summary: AnswerSummary { form == .events ? events.summary : own }

    mutating func begin(contentType: String?) throws(UpstreamFailure) {
        let type = (contentType ?? "application/octet-stream").lowercased()
        self.contentType = contentType ?? type
        if type.hasPrefix("text/event-stream") {
            form = .events
            try events.begin(contentType: type)
        } else if type.hasPrefix("text/") || type.hasPrefix("application/json")
            || type.hasPrefix("application/problem+json")
        {
            form = .text
        }
    }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        switch form {
        case .events: return try events.feed(bytes)
        case .bytes:
            own.hasFirstToken = own.hasFirstToken || !bytes.isEmpty
            return bytes
        case .text:
            text += bytes
            guard text.count <= Self.mostText else { throw .noRecording }
            return []
        }
    }

    mutating func pending() -> [UInt8] { form == .events ? events.pending() : [] }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        switch form {
        case .events: return try events.finish()
        case .bytes:
            guard own.hasFirstToken else { throw .noAnswer("it is empty") }
            own.finish = .stop
            return []
        case .text: return try whole(text)
        }
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        guard let json = try? JSONValue.parse(body) else { throw .noRecording }
        if let failure = ChatFailure.inside(json) { throw failure }
        guard let text = json["audio_data"]?.string, let recording = Base64.decode(text), !recording.isEmpty else {
            throw .noRecording
        }
        contentType = Self.types[format] ?? "application/octet-stream"
        own.usage = TaskUsage.read(json)
        own.hasFirstToken = true
        own.finish = .stop
        return recording
    }
}

extension UpstreamFailure {
    fileprivate static var noRecording: UpstreamFailure { .noAnswer("it is a text and no recording") }
}

extension WholeAnswerRelay {
    fileprivate static let noRecording = WholeAnswerRelay { _, _ throws(UpstreamFailure) in throw .noRecording }
}
