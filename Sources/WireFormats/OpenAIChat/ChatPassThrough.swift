public import GatewayTypes
internal import JSON

/// Carries chat completions from an upstream to a caller of the same format: the bytes go on as they came, after each event
/// was checked and read for what the ledger and the failover rules need. Where the upstream gave a whole answer in place of
/// a stream, or the reverse, the bytes cannot go on as they are: then the answer is written anew.
public struct ChatPassThrough: AnswerRelay {
    private static let doneMark = Array("data: [DONE]\n\n".utf8)

    public private(set) var summary = AnswerSummary()
    private let includeUsage: Bool
    private let endsWithoutReason: Bool
    private var writer: ChatAnswerWriter
    private var isRewritten = false
    private var decoder = SSEDecoder()
    private var scan = ChatScan()
    /// What the record before has in common with the next, as a rule.
    private var pattern: ChunkPattern?
    private var ready: [UInt8] = []
    /// The end mark is kept until the body has ended: what follows it (usage, a cut) must not come after it.
    private var done: [UInt8]?

    /// - Parameters:
    ///   - includeUsage: whether the caller asked for usage in the stream.
    ///   - endsWithoutReason: whether the provider's streams may end in `[DONE]` without a finish reason
    ///     (`ChatQuirks.endsWithoutReason`); for any other provider that is a cut.
    ///   - model, id, created: stand in an answer that has to be written anew where the upstream names none.
    ///   - isLegacy: whether a call is then told as `function_call`.
    public init(
        includeUsage: Bool, endsWithoutReason: Bool = false, model: String = "", id: String = "", created: Int = 0,
        isLegacy: Bool = false
    ) {
        self.includeUsage = includeUsage
        self.endsWithoutReason = endsWithoutReason
        writer = ChatAnswerWriter(
            includeUsage: includeUsage, model: model, id: id, created: created, isLegacy: isLegacy)
    }

    init(_ request: ClientRequest, from target: UpstreamTarget) {
        includeUsage = request.includeUsage
        endsWithoutReason = target.quirks.endsWithoutReason
        writer = ChatAnswerWriter(request, from: target)
    }

    public mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        if decoder.isBetweenRecords, isLikeBefore(bytes) { return bytes }
        let records = try decoder.feed(bytes)
        if ready.isEmpty, records.count == 1 { return try passes(records[0]) ? records[0].wire : pending() }
        try pass(records)
        return pending()
    }

    public mutating func pending() -> [UInt8] {
        let output = ready
        ready = []
        return output
    }

    public mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        try pass(decoder.finish())
        let isEnded = endsWithoutReason && done != nil && summary.hasFirstToken
        guard scan.choices.areComplete || isEnded else { throw .cutStream }
        closeLastRecord()
        if !scan.choices.areComplete {
            let reason = scan.hasToolCalls ? FinishReason.toolCalls : .stop
            for choice in scan.choices.open { ready += writer.finish(choice, reason) }
            summary.finish = summary.finish ?? reason
        }
        ready += isRewritten ? writer.end() : done ?? Self.doneMark
        return pending()
    }

    public mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        guard let answer = try? JSONValue.parse(body) else {
            let stream = try AssembledStream(body, ChatStreamReader.self)
            summary.brokenEvents = stream.brokenEvents
            for event in stream.events { summary.note(event) }
            return writer.whole(stream.events)
        }
        let found = ChatChunk(answer)
        if let failure = ChatFailure.inside(answer, found) { throw failure }
        guard let choices = found.choices, choices.kind == .array, choices.count > 0,
            choices.elements.allSatisfy(\.isWholeChoice)
        else { throw .noAnswer("it has no choices") }
        scan.read(found, isWhole: true, into: &summary)
        return body
    }

    private mutating func pass(_ records: [StreamRecord]) throws(UpstreamFailure) {
        for record in records where try passes(record) { ready += record.wire }
    }

    /// Whether these are records like the one before, which need not be read.
    private mutating func isLikeBefore(_ wire: [UInt8]) -> Bool {
        guard let output = pattern?.outputBytes(of: wire) else { return false }
        summary.outputBytes += output
        return true
    }

    /// Whether the caller gets a record.
    /// - Throws: the error that it is.
    private mutating func passes(_ record: StreamRecord) throws(UpstreamFailure) -> Bool {
        if isLikeBefore(record.wire) { return true }
        pattern = nil
        if record.data.isEmpty { return done == nil }
        if record.isDone {
            done = record.wire
            return false
        }
        guard let chunk = try? JSONValue.parse(record.data), chunk.kind == .object else { return skip() }
        let found = ChatChunk(chunk)
        if let failure = ChatFailure.inside(chunk, found, eventName: record.name) { throw failure }
        let choices = found.choices.flatMap { $0.isNull ? nil : $0 }
        if let choices {
            guard choices.kind == .array, choices.elements.allSatisfy({ $0.kind == .object }) else { return skip() }
            if choices.count > 0, choices.elements.allSatisfy(\.isWholeMessage) {
                scan.read(found, isWhole: true, into: &summary)
                isRewritten = true
                ready += writer.stream(try OpenAIChatUpstream.events(of: chunk))
                return false
            }
        }
        scan.read(found, isWhole: false, into: &summary)
        if done == nil, summary.hasFirstToken { pattern = ChunkPattern(record, chunk, found) }
        return includeUsage || !(choices?.count == 0 && found.usage?.isNull == false)
    }

    private mutating func skip() -> Bool {
        summary.brokenEvents += 1
        return false
    }

    /// A last record without a blank line after it gets one, or the end mark would become part of it.
    private mutating func closeLastRecord() {
        guard !ready.isEmpty, !ready.endsRecord else { return }
        ready += "\n\n".utf8
    }
}

extension JSONValue {
    /// Whether this is a choice of a whole answer in the place of a chunk: a message, and nothing that adds to it.
    fileprivate var isWholeMessage: Bool { self["message"]?.kind == .object && present("delta") == nil }
}
