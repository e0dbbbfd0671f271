internal import GatewayTypes
internal import JSON

/// Carries Ollama's answers to a caller of the same format: each line goes on as it came, after it was checked and read for
/// what the ledger and the failover rules need.
struct OllamaPassThrough<Writer: ClientAnswerWriter>: AnswerRelay {
    private(set) var summary = AnswerSummary()
    private var writer: Writer
    private var decoder = LineDecoder()
    private var ready: [UInt8] = []
    private var callCount = 0

    init(writer: Writer) { self.writer = writer }

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
        if let last = ready.last, last != .lineFeed { ready.append(.lineFeed) }
        return pending()
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        if let answer = try? JSONValue.parse(body) {
            guard try read(answer) else { throw .noAnswer("it has no message") }
            return body
        }
        let stream = try AssembledStream(body, OllamaStreamReader.self)
        summary.brokenEvents = stream.brokenEvents
        for event in stream.events { summary.note(event) }
        return writer.whole(stream.events)
    }

    private mutating func pass(_ record: StreamRecord) throws(UpstreamFailure) {
        guard !record.data.isEmpty else { return }
        guard let line = try? JSONValue.parse(record.data), try read(line) else {
            summary.brokenEvents += 1
            return
        }
        ready += record.wire
    }

    /// - Returns: whether it is an answer's line.
    private mutating func read(_ line: JSONValue) throws(UpstreamFailure) -> Bool {
        if let failure = OllamaFailure.inAnswer(line) { throw failure }
        let isDone = line["done"]?.bool == true
        let message = line["message"].flatMap { $0.kind == .object ? $0 : nil }
        guard message != nil || line["response"]?.kind == .string || isDone else { return false }
        if summary.model == nil, let model = line["model"]?.string, !model.isEmpty { summary.model = model }
        let said = message ?? line
        var bytes = Self.length(said["content"]) + Self.length(said["thinking"])
        if message == nil { bytes += Self.length(line["response"]) }
        if let calls = message?["tool_calls"], calls.kind == .array, calls.count > 0 {
            callCount += calls.count
            bytes += calls.range.count
        }
        if bytes > 0 {
            summary.hasFirstToken = true
            summary.outputBytes += bytes
        }
        guard isDone else { return true }
        summary.hasFirstToken = true
        summary.finish = OllamaLineReader.finish(line["done_reason"]?.string, hasCalls: callCount > 0)
        summary.usage = OllamaLineReader.usage(line) ?? summary.usage
        return true
    }

    private static func length(_ value: JSONValue?) -> Int {
        guard let value, value.kind == .string else { return 0 }
        return value.range.count - 2
    }
}
