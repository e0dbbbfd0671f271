/// Tokens of one request in OpenAI's counting: `promptTokens` includes cached and cache-writing ones, `completionTokens`
/// includes reasoning. Absent details mean that the provider did not say; an explicit zero is zero.
public struct Usage: Sendable, Equatable {
    public var promptTokens: Int
    public var completionTokens: Int
    public var cachedTokens: Int?
    public var cacheWriteTokens: Int?
    public var reasoningTokens: Int?
    public var promptAudioTokens: Int?
    public var completionAudioTokens: Int?

    public init(
        promptTokens: Int = 0, completionTokens: Int = 0, cachedTokens: Int? = nil, cacheWriteTokens: Int? = nil,
        reasoningTokens: Int? = nil
    ) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cachedTokens = cachedTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.reasoningTokens = reasoningTokens
    }

    /// Saturates: counts come from others.
    public var totalTokens: Int {
        let (sum, overflow) = promptTokens.addingReportingOverflow(completionTokens)
        return overflow ? .max : sum
    }

    /// With every negative or absurd number (over `limit`) brought into range, and details no larger than their whole: a
    /// provider's slip never raises a balance.
    public func clamped(to limit: Int = 1_000_000_000) -> Usage {
        func clamp(_ value: Int, _ most: Int) -> Int { min(max(value, 0), most) }
        var safe = self
        safe.promptTokens = clamp(promptTokens, limit)
        safe.completionTokens = clamp(completionTokens, limit)
        safe.cachedTokens = cachedTokens.map { clamp($0, safe.promptTokens) }
        safe.cacheWriteTokens = cacheWriteTokens.map { clamp($0, safe.promptTokens - (safe.cachedTokens ?? 0)) }
        safe.reasoningTokens = reasoningTokens.map { clamp($0, safe.completionTokens) }
        return safe
    }
}
