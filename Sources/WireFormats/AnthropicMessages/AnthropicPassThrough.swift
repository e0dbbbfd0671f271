internal import GatewayTypes
internal import JSON

/// Carries messages from an upstream to a caller of the same format: the bytes go on as they came, after each event was
/// checked and read for what the ledger and the failover rules need. Where the upstream gave a whole answer in place of a
/// stream, or the reverse, the answer is written anew.
struct AnthropicPassThrough: AnswerRelay {
    private(set) var summary = AnswerSummary()
    private var decoder = SSEDecoder()
    private var reader = AnthropicStreamReader()
    private var writer: AnthropicAnswerWriter
    private var isRewritten = false
    private var ready: [UInt8] = []
    /// The end mark is kept, with what follows it, until the body has ended: a cut must not come after it.
    private var end: [UInt8]?

    init(_ request: ClientRequest, from target: UpstreamTarget) {
        writer = AnthropicAnswerWriter(request, from: target)
    }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        for record in try decoder.feed(bytes) { try pass(record) }
        return pending()
    }

    mutating func pending() -> [UInt8] {
        let output = ready
        ready = []
        return output
    }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        for record in decoder.finish() { try pass(record) }
        guard summary.finish != nil else { throw .cutStream }
        guard !isRewritten else { return pending() + writer.end() }
        closeLastRecord()
        return pending() + (end ?? AnthropicEvent.messageStop)
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        if let answer = try? JSONValue.parse(body) {
            note(try AnthropicMessagesUpstream.events(of: answer))
            return body
        }
        let stream = try AssembledStream(body, AnthropicStreamReader.self)
        summary.brokenEvents = stream.brokenEvents
        for event in stream.events { summary.note(event) }
        return writer.whole(stream.events)
    }

    private mutating func pass(_ record: StreamRecord) throws(UpstreamFailure) {
        guard !record.data.isEmpty else { return hold(record) }
        guard let events = try reader.read(record) else {
            summary.brokenEvents += 1
            return
        }
        note(events)
        switch record.name ?? (try? JSONValue.parse(record.data))?["type"]?.string {
        case "message":  // a whole answer, which no event of a stream is
            isRewritten = true
            ready += writer.stream(events)
        case "message_stop":
            end = end ?? []
            hold(record)
        default: hold(record)
        }
    }

    private mutating func hold(_ record: StreamRecord) {
        if end == nil { ready += record.wire } else { end? += record.wire }
    }

    /// Nothing is left out here: the caller gets the provider's own blocks.
    private mutating func note(_ events: [ModelEvent]) {
        for event in events {
            if case .leftOut = event {
                summary.hasFirstToken = true
            } else {
                summary.note(event)
            }
        }
    }

    /// A last record without a blank line after it gets one, or the end mark would become part of it.
    private mutating func closeLastRecord() {
        guard end == nil, !ready.isEmpty, !ready.suffix(2).elementsEqual("\n\n".utf8),
            !ready.suffix(4).elementsEqual("\r\n\r\n".utf8)
        else { return }
        ready += "\n\n".utf8
    }
}
