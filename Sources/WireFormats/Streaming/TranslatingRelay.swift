public import GatewayTypes
internal import JSON

/// Carries an answer from one format to another through the common events.
public struct TranslatingRelay<Upstream: UpstreamFormat, Client: ConversationFormat>: AnswerRelay {
    public private(set) var summary = AnswerSummary()
    private var decoder = RecordDecoder(Upstream.StreamReader.framing)
    private var reader = Upstream.StreamReader()
    private var writer: Client.AnswerWriter
    private var choices = OpenChoices()
    private var ready: [UInt8] = []

    public init(writer: Client.AnswerWriter) { self.writer = writer }

    public mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        try relay(try decoder.feed(bytes))
        return pending()
    }

    public mutating func pending() -> [UInt8] {
        let output = ready
        ready = []
        return output
    }

    public mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        try relay(decoder.finish())
        guard summary.finish != nil, choices.areComplete else { throw .cutStream }
        ready += writer.end()
        return pending()
    }

    public mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        let events = try events(of: body)
        for event in events { note(event) }
        return writer.whole(events)
    }

    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        writer.streamError(error, requestID: requestID)
    }

    private mutating func events(of body: [UInt8]) throws(UpstreamFailure) -> [ModelEvent] {
        if let answer = try? JSONValue.parse(body) { return try Upstream.events(of: answer) }
        let stream = try AssembledStream(body, Upstream.StreamReader.self)
        summary.brokenEvents = stream.brokenEvents
        return stream.events
    }

    private mutating func note(_ event: ModelEvent) {
        summary.note(event)
        if let type = Client.AnswerWriter.leftOut(of: event) { summary.note(.leftOut(type)) }
    }

    /// Writes one record at a time, so the output does not depend on how the records arrived.
    private mutating func relay(_ records: [StreamRecord]) throws(UpstreamFailure) {
        for record in records {
            if let fault = record.fault { throw fault }
            if record.data.isEmpty { continue }
            guard let events = try reader.read(record) else {
                summary.brokenEvents += 1
                continue
            }
            for event in events {
                note(event)
                choices.note(event)
            }
            guard !events.isEmpty else { continue }
            if ready.isEmpty { ready = writer.stream(events) } else { ready += writer.stream(events) }
        }
    }
}
