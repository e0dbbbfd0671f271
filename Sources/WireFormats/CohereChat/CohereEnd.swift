internal import GatewayTypes
internal import JSON

/// The end of an answer: `finish_reason`, `usage` and, where it failed, `error`. A whole answer and the last event of a
/// stream have the same.
enum CohereEnd {
    static func events(of end: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        let reason = end["finish_reason"]?.string
        if let message = end["error"]?.string, !message.isEmpty {
            throw CohereFailure.inside(message, type: end["error_type"]?.string)
        }
        var events: [ModelEvent] = []
        if let reason { events.append(.finish(choice: 0, finish(reason))) }
        if let usage = usage(end["usage"]) { events.append(.usage(usage)) }
        return events
    }

    private static func finish(_ reason: String) -> FinishReason {
        switch reason {
        case "COMPLETE", "STOP_SEQUENCE": .stop
        case "MAX_TOKENS": .length
        case "TOOL_CALL": .toolCalls
        case "ERROR_TOXIC": .contentFilter
        case "ERROR", "TIMEOUT": .error("Cohere ended the answer with \(reason).")
        default: .other(reason)
        }
    }

    /// What is billed, where it is told: `tokens` also counts the provider's own template, which costs nothing, and the cache
    /// holds little else.
    private static func usage(_ usage: JSONValue?) -> Usage? {
        guard let usage else { return nil }
        let billed = usage["billed_units"]
        let counted = usage["tokens"]
        let input = billed?["input_tokens"]?.tokenCount ?? counted?["input_tokens"]?.tokenCount
        let output = billed?["output_tokens"]?.tokenCount ?? counted?["output_tokens"]?.tokenCount
        guard input != nil || output != nil else { return nil }
        let isCounted = billed?["input_tokens"] == nil
        return Usage(
            promptTokens: input ?? 0, completionTokens: output ?? 0,
            cachedTokens: isCounted ? usage["cached_tokens"]?.tokenCount : nil,
            reasoningTokens: counted?["reasoning_tokens"]?.tokenCount
        ).clamped()
    }
}
