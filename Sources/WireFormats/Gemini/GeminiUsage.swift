internal import GatewayTypes
internal import JSON

/// Gemini's `usageMetadata`: `candidatesTokenCount` leaves out thoughts, `promptTokenCount` what the provider's own tools
/// put into the prompt.
enum GeminiUsage {
    /// `nil` where it counts nothing: Vertex sends the traffic type alone in every chunk but the last.
    static func common(_ metadata: JSONValue) -> Usage? {
        let prompt = metadata["promptTokenCount"]?.tokenCount
        let candidates = metadata["candidatesTokenCount"]?.tokenCount
        let thoughts = metadata["thoughtsTokenCount"]?.tokenCount
        guard prompt != nil || candidates != nil || thoughts != nil else { return nil }
        var usage = Usage(
            promptTokens: (prompt ?? 0) + (metadata["toolUsePromptTokenCount"]?.tokenCount ?? 0),
            completionTokens: (candidates ?? 0) + (thoughts ?? 0),
            cachedTokens: metadata["cachedContentTokenCount"]?.tokenCount, reasoningTokens: thoughts)
        usage.promptAudioTokens = audio(metadata["promptTokensDetails"])
        usage.completionAudioTokens = audio(metadata["candidatesTokensDetails"])
        return usage.clamped()
    }

    static func write(_ usage: Usage, to writer: inout JSONWriter) {
        let thoughts = usage.reasoningTokens ?? 0
        writer.object {
            $0.member("promptTokenCount", usage.promptTokens)
            $0.member("candidatesTokenCount", max(0, usage.completionTokens - thoughts))
            $0.member("totalTokenCount", usage.totalTokens)
            if let cached = usage.cachedTokens { $0.member("cachedContentTokenCount", cached) }
            if let thoughts = usage.reasoningTokens { $0.member("thoughtsTokenCount", thoughts) }
            writeDetails("promptTokensDetails", audio: usage.promptAudioTokens, of: usage.promptTokens, to: &$0)
            writeDetails(
                "candidatesTokensDetails", audio: usage.completionAudioTokens, of: usage.completionTokens - thoughts,
                to: &$0)
        }
    }

    private static func writeDetails(_ key: String, audio: Int?, of total: Int, to writer: inout JSONWriter) {
        guard let audio, audio > 0, audio <= total else { return }
        writer.key(key)
        writer.array { list in
            for (modality, count) in [("TEXT", total - audio), ("AUDIO", audio)] where count > 0 {
                list.object {
                    $0.member("modality", modality)
                    $0.member("tokenCount", count)
                }
            }
        }
    }

    private static func audio(_ details: JSONValue?) -> Int? {
        guard let details else { return nil }
        for detail in details.elements where detail["modality"]?.isString("AUDIO") == true {
            return detail["tokenCount"]?.tokenCount
        }
        return nil
    }
}
