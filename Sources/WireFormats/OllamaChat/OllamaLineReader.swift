internal import GatewayTypes
internal import JSON

/// Reads answers of `/api/chat`: one is a whole answer, several are a stream.
struct OllamaLineReader: Sendable {
    private var hasStarted = false
    private var callCount = 0

    /// - Returns: `nil` for what is no answer.
    mutating func read(_ line: JSONValue) throws(UpstreamFailure) -> [ModelEvent]? {
        if let failure = OllamaFailure.inAnswer(line) { throw failure }
        let isDone = line["done"]?.bool == true
        guard line["message"]?.kind == .object || isDone else { return nil }
        var events: [ModelEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(.start(id: nil, model: line["model"]?.string, created: nil))
        }
        if let message = line["message"] { readMessage(message, of: line, into: &events) }
        if let tokens = line["logprobs"], tokens.count > 0 {
            let logprobs = JSONWriter.bytes { $0.object { $0.member("content", tokens) } }
            events.append(.logprobs(choice: 0, RawJSON(logprobs)))
        }
        guard isDone else { return events }
        events.append(.finish(choice: 0, finish(line["done_reason"]?.string)))
        if let usage = Self.usage(line) { events.append(.usage(usage)) }
        return events
    }

    private mutating func readMessage(_ message: JSONValue, of line: JSONValue, into events: inout [ModelEvent]) {
        if let thinking = message["thinking"]?.string, !thinking.isEmpty {
            events.append(.thinking(choice: 0, thinking))
        }
        if let text = message["content"]?.string, !text.isEmpty { events.append(.text(choice: 0, text)) }
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

    /// An object, but some models' templates give its text.
    private static func arguments(_ value: JSONValue?) -> String {
        guard let value else { return "{}" }
        if let text = value.string { return text.isBlank ? "{}" : text }
        return value.kind == .object ? value.compactText : "{}"
    }

    private func finish(_ reason: String?) -> FinishReason {
        switch reason {
        case "stop", "", nil: callCount > 0 ? .toolCalls : .stop
        case "length": .length
        case .some(let other): .other(other)
        }
    }

    private static func usage(_ line: JSONValue) -> Usage? {
        let prompt = line["prompt_eval_count"]?.tokenCount
        let completion = line["eval_count"]?.tokenCount
        guard prompt != nil || completion != nil else { return nil }
        return Usage(promptTokens: prompt ?? 0, completionTokens: completion ?? 0).clamped()
    }
}
