internal import GatewayTypes
internal import JSON

/// Carries completions to a caller of the same format: the bytes go on as they came, after each chunk was checked and read
/// for what the ledger and the failover rules need. A whole answer and a chunk have the same shape here, so one that came in
/// place of the other needs only another framing, or joining.
struct CompletionsPassThrough: AnswerRelay {
    private(set) var summary = AnswerSummary()
    private let includeUsage: Bool
    private var writer: CompletionsAnswerWriter
    private var reader = CompletionsChunkReader()
    private var choices = OpenChoices()
    private var decoder = SSEDecoder()
    private var ready: [UInt8] = []
    /// Kept until the body has ended: what follows it must not come after it.
    private var done: [UInt8]?

    init(_ request: ClientRequest, from target: UpstreamTarget) {
        includeUsage = request.includeUsage
        writer = CompletionsAnswerWriter(request, from: target, echoes: false)
    }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        try pass(decoder.feed(bytes))
        return pending()
    }

    mutating func pending() -> [UInt8] { ready.taken() }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        try pass(decoder.finish())
        guard choices.areComplete else { throw .cutStream }
        ready += done ?? Array("data: [DONE]\n\n".utf8)
        return pending()
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        guard let answer = try? JSONValue.parse(body) else {
            let stream = try AssembledStream(body, CompletionsStreamReader.self)
            summary.brokenEvents = stream.brokenEvents
            for event in stream.events { summary.note(event) }
            return writer.whole(stream.events)
        }
        guard let events = try reader.read(answer), let choices = answer["choices"], choices.count > 0 else {
            throw .noAnswer("it has no choices")
        }
        for event in events { summary.note(event) }
        summary.finish = summary.finish ?? .stop
        return body
    }

    private mutating func pass(_ records: [StreamRecord]) throws(UpstreamFailure) {
        for record in records {
            guard !record.data.isEmpty else {
                if done == nil { ready += record.wire }
                continue
            }
            guard !record.isDone else {
                done = record.wire
                continue
            }
            guard let chunk = try? JSONValue.parse(record.data),
                let events = try reader.read(chunk, eventName: record.name)
            else {
                summary.brokenEvents += 1
                continue
            }
            for event in events {
                summary.note(event)
                choices.note(event)
            }
            let isUsageAlone = chunk["choices"]?.count == 0 && chunk.present("usage") != nil
            if includeUsage || !isUsageAlone { passOn(record) }
        }
    }

    /// A record that is not framed, or not closed, is framed anew.
    private mutating func passOn(_ record: StreamRecord) {
        let isFramed = record.data.count < record.wire.count
        guard !isFramed || !record.wire.endsRecord else {
            ready += record.wire
            return
        }
        ready += "data: ".utf8
        let start = ready.count
        ready += record.data
        ready.joinLines(from: start)
        ready += "\n\n".utf8
    }
}
