/// What the ledger and the failover rules need to know of an answer, kept while its bytes pass.
public struct AnswerSummary: Sendable, Equatable {
    /// The first text, thinking, tool call, audio or end has come (headers, comments and role-only chunks do not count).
    public var hasFirstToken = false
    /// Set by the last choice's finish; without one a stream was cut, however politely it ended.
    public var finish: FinishReason?
    /// As the provider counted, if it did.
    public var usage: Usage?
    /// Bytes of text, thinking and arguments so far: the base of an estimate where the provider did not count.
    public var outputBytes = 0
    /// What the provider bills by, as far as the answer tells.
    public var measure = AnswerMeasure.tokens
    /// The model the upstream says has answered.
    public var model: String?
    /// The types of blocks that the caller's format cannot hold, each once.
    public var leftOut: [String] = []
    /// Events that could not be read and were left out.
    public var brokenEvents = 0

    public init() {}

    /// Tokens said so far, by the provider's count or by the rule of thumb of four bytes a token.
    public var completionTokens: Int { usage?.completionTokens ?? (outputBytes + 3) / 4 }
}
