/// What a request asks of a model.
public enum Operation: String, Sendable, CaseIterable {
    case conversation
    /// How many tokens a conversation would be; no answer is wanted, so nothing is spent.
    case countTokens = "count_tokens"

    /// Whether it costs tokens.
    public var spends: Bool { self != .countTokens }
}
