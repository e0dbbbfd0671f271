internal import GatewayTypes
internal import JSON

/// Converse's `usage`: `inputTokens` leaves out what the cache gave or took; the prompt has all three.
enum ConverseUsage {
    static func common(_ usage: JSONValue?) -> Usage? {
        guard let usage, let input = usage["inputTokens"]?.tokenCount, let output = usage["outputTokens"]?.tokenCount
        else { return nil }
        let read = usage["cacheReadInputTokens"]?.tokenCount
        let written = usage["cacheWriteInputTokens"]?.tokenCount
        return Usage(
            promptTokens: input + (read ?? 0) + (written ?? 0), completionTokens: output, cachedTokens: read,
            cacheWriteTokens: written
        ).clamped()
    }
}
