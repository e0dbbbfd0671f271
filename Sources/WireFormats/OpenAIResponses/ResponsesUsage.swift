internal import GatewayTypes
internal import JSON

/// The `usage` object of Responses: `input_tokens` includes cached ones, `output_tokens` includes reasoning.
enum ResponsesUsage {
    /// - Returns: `nil` for what tells no token counts.
    static func read(_ usage: JSONValue?) -> Usage? {
        guard let usage, usage.kind == .object else { return nil }
        let input = usage["input_tokens"]?.tokenCount
        let output = usage["output_tokens"]?.tokenCount
        guard input != nil || output != nil else { return nil }
        var read = Usage(promptTokens: input ?? 0, completionTokens: output ?? 0)
        let inputDetails = usage["input_tokens_details"]
        read.cachedTokens = inputDetails?["cached_tokens"]?.tokenCount
        read.cacheWriteTokens = inputDetails?["cache_write_tokens"]?.tokenCount
        read.promptAudioTokens = inputDetails?["audio_tokens"]?.tokenCount
        let outputDetails = usage["output_tokens_details"]
        read.reasoningTokens = outputDetails?["reasoning_tokens"]?.tokenCount
        read.completionAudioTokens = outputDetails?["audio_tokens"]?.tokenCount
        return read.clamped()
    }

    /// The schema demands both details, so what the provider did not say is told as none.
    static func write(_ usage: Usage, to writer: inout JSONWriter) {
        writer.object {
            $0.member("input_tokens", usage.promptTokens)
            $0.key("input_tokens_details")
            $0.object {
                $0.member("cached_tokens", usage.cachedTokens ?? 0)
                if let written = usage.cacheWriteTokens { $0.member("cache_write_tokens", written) }
                if let audio = usage.promptAudioTokens { $0.member("audio_tokens", audio) }
            }
            $0.member("output_tokens", usage.completionTokens)
            $0.key("output_tokens_details")
            $0.object {
                $0.member("reasoning_tokens", usage.reasoningTokens ?? 0)
                if let audio = usage.completionAudioTokens { $0.member("audio_tokens", audio) }
            }
            $0.member("total_tokens", usage.totalTokens)
        }
    }
}
