internal import GatewayTypes
internal import JSON

/// Unpacks a format's stream from the messages of Bedrock's `invoke-with-response-stream`: each holds one event of the
/// model's own API in base 64, and goes on as the server-sent event it would have been there.
struct InvokeRelay: AnswerRelay {
    private var relay: any AnswerRelay
    private var decoder = EventStreamDecoder()
    private var brokenEvents = 0
    private var ready: [UInt8] = []

    init(_ relay: any AnswerRelay) { self.relay = relay }

    var summary: AnswerSummary {
        var summary = relay.summary
        summary.brokenEvents += brokenEvents
        return summary
    }

    var contentType: String? { relay.contentType }

    mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        relay.streamError(error, requestID: requestID)
    }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        try pass(decoder.feed(bytes))
        return take()
    }

    mutating func pending() -> [UInt8] { take() + relay.pending() }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        try pass(decoder.finish())
        ready += try relay.finish()
        return take()
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] { try relay.whole(body) }

    private mutating func take() -> [UInt8] {
        let output = ready
        ready = []
        return output
    }

    private mutating func pass(_ records: [StreamRecord]) throws(UpstreamFailure) {
        for record in records {
            if let fault = record.fault { throw fault }
            guard let event = Self.event(in: record) else {
                brokenEvents += 1
                continue
            }
            ready += try relay.feed(event)
        }
    }

    /// - Returns: the server-sent event, or `nil` for what holds none. JSON in place of a stream goes on as it is.
    private static func event(in record: StreamRecord) -> [UInt8]? {
        guard let name = record.name else { return record.data + Array("\n\n".utf8) }
        guard name == "chunk", let chunk = try? JSONValue.parse(record.data),
            let data = chunk["bytes"]?.string.flatMap(Base64.decode), let event = try? JSONValue.parse(data)
        else { return nil }
        let line = event["type"]?.string.map { "event: \($0)\n" } ?? ""
        return Array("\(line)data: ".utf8) + Array(event.compactText.utf8) + Array("\n\n".utf8)
    }
}
