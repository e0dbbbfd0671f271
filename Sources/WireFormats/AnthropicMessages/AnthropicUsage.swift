internal import GatewayTypes
internal import JSON

/// Anthropic's counts. Each message of a stream may repeat, correct or leave out any of them.
struct AnthropicUsage: Sendable {
    private var input = 0
    private var output = 0
    private var cacheRead: Int?
    private var cacheWritten: Int?

    mutating func read(_ usage: JSONValue) {
        input = usage["input_tokens"]?.int ?? input
        output = usage["output_tokens"]?.int ?? output
        cacheRead = usage["cache_read_input_tokens"]?.int ?? cacheRead
        cacheWritten = usage["cache_creation_input_tokens"]?.int ?? cacheWritten
    }

    /// `input_tokens` leaves out what the cache gave or took; the prompt has all three.
    var common: Usage {
        Usage(
            promptTokens: input + (cacheRead ?? 0) + (cacheWritten ?? 0), completionTokens: output,
            cachedTokens: cacheRead, cacheWriteTokens: cacheWritten
        ).clamped()
    }
}
