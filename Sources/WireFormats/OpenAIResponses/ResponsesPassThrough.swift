internal import GatewayTypes
internal import JSON

/// Carries a response from an upstream to a caller of the same format: the bytes go on as they came, after each event was
/// checked and read for what the ledger and the failover rules need. Where the upstream gave a whole answer in place of a
/// stream, or the reverse, the answer is written anew.
struct ResponsesPassThrough: AnswerRelay {
    private(set) var summary = AnswerSummary()
    private var writer: ResponsesAnswerWriter
    private var isRewritten = false
    private var decoder = SSEDecoder()
    private var nextSequence = 0
    /// What the first event names the response.
    private var begun: ModelEvent?
    private var ready: [UInt8] = []

    init(writer: ResponsesAnswerWriter) { self.writer = writer }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        let records = try decoder.feed(bytes)
        if ready.isEmpty, records.count == 1 {
            return try passes(records[0]) ? records[0].wire : pending()
        }
        try pass(records)
        return pending()
    }

    mutating func pending() -> [UInt8] {
        let output = ready
        ready = []
        return output
    }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        try pass(decoder.finish())
        guard summary.finish != nil else { throw .cutStream }
        if isRewritten { ready += writer.end() }
        return pending()
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        guard let answer = try? JSONValue.parse(body) else {
            let stream = try AssembledStream(body, ResponsesStreamReader.self)
            summary.brokenEvents = stream.brokenEvents
            for event in stream.events { summary.note(event) }
            return writer.whole(stream.events)
        }
        try ResponsesFailure.check(answer)
        guard answer["output"]?.kind == .array else { throw .noAnswer("it has no output") }
        if let status = answer["status"]?.string, status == "queued" || status == "in_progress" {
            // It goes on in the background; the caller fetches it from the provider.
            summary.model = answer["model"]?.string
            summary.finish = .other(status)
            return body
        }
        for event in try OpenAIResponsesUpstream.events(of: answer) { note(event) }
        return body
    }

    mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        writer.goOn(with: begun, from: nextSequence)
        return writer.streamError(error, requestID: requestID)
    }

    private mutating func pass(_ records: [StreamRecord]) throws(UpstreamFailure) {
        for record in records where try passes(record) { ready += record.wire }
    }

    /// Whether the caller gets a record.
    /// - Throws: the error that it is.
    private mutating func passes(_ record: StreamRecord) throws(UpstreamFailure) -> Bool {
        if record.data.isEmpty || record.isDone { return true }
        guard let event = try? JSONValue.parse(record.data), event.kind == .object else { return skip() }
        if let failure = ResponsesFailure.of(event: event) { throw failure }
        if event["object"]?.isString("response") == true {
            try rewrite(event)
            return false
        }
        guard let type = event["type"]?.string ?? record.name else { return skip() }
        if let sequence = event["sequence_number"]?.int { nextSequence = max(0, min(sequence, .max - 1)) + 1 }
        try scan(type, event)
        return true
    }

    private mutating func skip() -> Bool {
        summary.brokenEvents += 1
        return false
    }

    /// A whole answer in the place of a stream.
    private mutating func rewrite(_ answer: JSONValue) throws(UpstreamFailure) {
        let events = try OpenAIResponsesUpstream.events(of: answer)
        for event in events { summary.note(event) }
        isRewritten = true
        ready += writer.stream(events)
    }

    /// Nothing is left out for a caller of the same format.
    private mutating func note(_ event: ModelEvent) {
        if case .leftOut = event { return }
        summary.note(event)
    }

    private mutating func scan(_ type: String, _ event: JSONValue) throws(UpstreamFailure) {
        if let delta = event["delta"], delta.kind == .string, delta.range.count > 2 {
            summary.hasFirstToken = true
            summary.outputBytes += delta.range.count - 2
            return
        }
        switch type {
        case "response.created", "response.in_progress", "response.queued":
            guard begun == nil, let response = event["response"] else { return }
            begun = ResponsesOutputReader().start(response)
            if summary.model == nil { summary.model = response["model"]?.string }
        case "response.output_item.added":
            // A tool at work, the provider's own included, is an answer that has begun.
            let kind = event["item"]?["type"]?.string
            if kind != "message", kind != "reasoning" { summary.hasFirstToken = true }
        case "response.completed", "response.incomplete", "response.done":
            guard let response = event["response"] else { throw .noAnswer("its last event has no response") }
            try end(response)
        default: break
        }
    }

    private mutating func end(_ response: JSONValue) throws(UpstreamFailure) {
        for said in try OpenAIResponsesUpstream.events(of: response) {
            switch said {
            case .start(_, let model, _): summary.model = summary.model ?? model
            case .usage, .finish: summary.note(said)
            default: break
            }
        }
    }
}
