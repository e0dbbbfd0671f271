internal import GatewayTypes
internal import JSON

/// Carries a recording: its bytes go on as they come, under the upstream's media type. A text in its place is no recording,
/// and events that tell of one are checked one by one.
struct RecordingRelay: AnswerRelay {
    private enum Form { case bytes, events, text }

    /// More of a text than this is not read to find an error in it.
    private static let mostText = 1_048_576

    private(set) var contentType: String?
    private var own = AnswerSummary()
    private var form = Form.bytes
    private var text: [UInt8] = []
    private var events = EventPassThrough(until: ["speech.audio.done"], orElse: .noRecording)

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
        if let json = try? JSONValue.parse(body), let failure = ChatFailure.inside(json) { throw failure }
        throw .noRecording
    }
}

extension UpstreamFailure {
    fileprivate static var noRecording: UpstreamFailure { .noAnswer("it is a text and no recording") }
}

extension WholeAnswerRelay {
    fileprivate static let noRecording = WholeAnswerRelay { _, _ throws(UpstreamFailure) in throw .noRecording }
}
