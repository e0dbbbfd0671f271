internal import GatewayTypes
internal import JSON

/// Reads answers of `/api/chat` and `/api/generate`: one is a whole answer, several are a stream.
struct OllamaLineReader: Sendable {
    private var hasStarted = false
    private var callCount = 0

    /// - Returns: `nil` for what is no answer.
    mutating func read(_ line: JSONValue) throws(UpstreamFailure) -> [ModelEvent]? {
        if let failure = OllamaFailure.inAnswer(line) { throw failure }
        let isDone = line["done"]?.bool == true
        guard line["message"]?.kind == .object || line["response"]?.kind == .string || isDone else { return nil }
        var events: [ModelEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(.start(id: nil, model: line["model"]?.string, created: nil))
        }
        if let message = line["message"] {
            readMessage(message, of: line, into: &events)
        } else {
            readWords(line, text: "response", into: &events)
        }
        if let tokens = line["logprobs"], tokens.count > 0 {
            let logprobs = JSONWriter.bytes { $0.object { $0.member("content", tokens) } }
            events.append(.logprobs(choice: 0, RawJSON(logprobs)))
        }
        guard isDone else { return events }
        events.append(.finish(choice: 0, Self.finish(line["done_reason"]?.string, hasCalls: callCount > 0)))
        if let usage = Self.usage(line) { events.append(.usage(usage)) }
        return events
    }

    private mutating func readMessage(_ message: JSONValue, of line: JSONValue, into events: inout [ModelEvent]) {
        readWords(message, text: "content", into: &events)
        if let images = message["images"], images.count > 0 { events.append(.leftOut("images")) }
        guard let calls = message["tool_calls"] else { return }
        for call in calls.elements {
            guard let function = call["function"] else { continue }
            let index = callCount
            callCount += 1
            let own = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            // The line tells the time to the nanosecond, so no two answers have the same.
            let id =
                own
                ?? GeneratedCallID.make(
                    answer: GeneratedCallID.hash(line.source[line.range]), choice: 0, index: index)
            events.append(
                .toolCall(choice: 0, index: index, id: id, name: function["name"]?.string ?? "", signature: nil))
            events.append(.toolArguments(choice: 0, index: index, Self.arguments(function["arguments"])))
        }
    }

    private func readWords(_ said: JSONValue, text key: String, into events: inout [ModelEvent]) {
        if let thinking = said["thinking"]?.string, !thinking.isEmpty { events.append(.thinking(choice: 0, thinking)) }
        if let text = said[key]?.string, !text.isEmpty { events.append(.text(choice: 0, text)) }
    }

    /// An object, but some models' templates give its text.
    private static func arguments(_ value: JSONValue?) -> String {
        guard let value else { return "{}" }
        if let text = value.string { return text.isBlank ? "{}" : text }
        return value.kind == .object ? value.compactText : "{}"
    }

    static func finish(_ reason: String?, hasCalls: Bool) -> FinishReason {
        switch reason {
        case "stop", "", nil: hasCalls ? .toolCalls : .stop
        case "length": .length
        case "content_filter": .contentFilter
        case "refusal": .refusal
        case .some(let other): .other(other)
        }
    }

    static func usage(_ line: JSONValue) -> Usage? {
        let prompt = line["prompt_eval_count"]?.tokenCount
        let completion = line["eval_count"]?.tokenCount
        guard prompt != nil || completion != nil else { return nil }
        return Usage(promptTokens: prompt ?? 0, completionTokens: completion ?? 0).clamped()
    }
}
