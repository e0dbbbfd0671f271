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

    private static func audio(_ details: JSONValue?) -> Int? {
        guard let details else { return nil }
        for detail in details.elements where detail["modality"]?.isString("AUDIO") == true {
            return detail["tokenCount"]?.tokenCount
        }
        return nil
    }
}
