internal import GatewayTypes
internal import JSON

/// The `usage` object of chat completions, in the spellings providers have for it.
enum ChatUsage {
    /// - Returns: `nil` for what tells no token counts.
    static func read(_ usage: JSONValue?) -> Usage? {
        guard let usage, usage.kind == .object else { return nil }
        let prompt = usage["prompt_tokens"]?.tokenCount ?? usage["input_tokens"]?.tokenCount
        let completion = usage["completion_tokens"]?.tokenCount ?? usage["output_tokens"]?.tokenCount
        guard prompt != nil || completion != nil else { return nil }
        var read = Usage(promptTokens: prompt ?? 0, completionTokens: completion ?? 0)

        let promptDetails = usage["prompt_tokens_details"] ?? usage["prompt_token_details"]
        read.cachedTokens =
            promptDetails?["cached_tokens"]?.tokenCount ?? usage["prompt_cache_hit_tokens"]?.tokenCount
            ?? usage["cached_tokens"]?.tokenCount ?? usage["num_cached_tokens"]?.tokenCount
            ?? usage["cache_read_input_tokens"]?.tokenCount
        read.cacheWriteTokens =
            promptDetails?["cache_write_tokens"]?.tokenCount ?? usage["cache_creation_input_tokens"]?.tokenCount
        read.promptAudioTokens = promptDetails?["audio_tokens"]?.tokenCount

        let completionDetails = usage["completion_tokens_details"]
        read.reasoningTokens =
            completionDetails?["reasoning_tokens"]?.tokenCount ?? usage["reasoning_tokens"]?.tokenCount
        read.completionAudioTokens = completionDetails?["audio_tokens"]?.tokenCount

        // Some count reasoning beside the completion: xAI, as the total tells; others, as more reasoning than completion.
        let unexplained = (usage["total_tokens"]?.tokenCount ?? 0) - read.promptTokens - read.completionTokens
        if let reasoning = read.reasoningTokens, reasoning > 0,
            unexplained == reasoning || reasoning > read.completionTokens
        {
            read.completionTokens += reasoning
        }
        return read.clamped()
    }

    static func write(_ usage: Usage, to writer: inout JSONWriter) {
        writer.object {
            $0.member("prompt_tokens", usage.promptTokens)
            $0.member("completion_tokens", usage.completionTokens)
            $0.member("total_tokens", usage.totalTokens)
            let promptDetails = [
                ("cached_tokens", usage.cachedTokens), ("cache_write_tokens", usage.cacheWriteTokens),
                ("audio_tokens", usage.promptAudioTokens),
            ]
            writeDetails(promptDetails, named: "prompt_tokens_details", to: &$0)
            let completionDetails = [
                ("reasoning_tokens", usage.reasoningTokens), ("audio_tokens", usage.completionAudioTokens),
            ]
            writeDetails(completionDetails, named: "completion_tokens_details", to: &$0)
        }
    }

    /// What the provider did not say stays unsaid.
    private static func writeDetails(_ details: [(String, Int?)], named name: String, to writer: inout JSONWriter) {
        guard details.contains(where: { $0.1 != nil }) else { return }
        writer.key(name)
        writer.object {
            for (key, count) in details {
                if let count { $0.member(key, count) }
            }
        }
    }
}
