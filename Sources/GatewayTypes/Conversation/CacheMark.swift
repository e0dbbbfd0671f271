/// Marks the end of a part of the prompt that the provider is asked to keep for later requests (Anthropic's
/// `cache_control`).
public struct CacheMark: Sendable, Equatable {
    /// How long it is kept, in the provider's own word (`5m`, `1h`); absent means its default.
    public var lifetime: String?

    public init(lifetime: String? = nil) { self.lifetime = lifetime }
}

extension Conversation {
    /// Whether anything of it is marked for the provider's cache.
    public var hasCacheMarks: Bool {
        cacheMark != nil || tools.contains { $0.cacheMark != nil } || messages.contains { !$0.cacheMarks.isEmpty }
    }
}
