/// How a provider departs from OpenAI's chat completions, as data: a row of the provider table.
public struct ChatQuirks: Sendable, Equatable {
    /// What the limit of an answer's length is called.
    public enum LengthField: Sendable, Equatable {
        /// Either name is taken: the caller's own stays, and `max_tokens` is written.
        case either
        /// The other name is refused or, worse, ignored.
        case maxTokens
        case maxCompletionTokens
    }

    public var lengthField = LengthField.either
    /// What `seed` is called.
    public var seedField = "seed"
    /// Whether there is a `developer` role; without one its turns go as `system`.
    public var hasDeveloperRole = true
    /// Whether messages may name their participant.
    public var takesNames = true
    /// Whether earlier thinking may be sent back (`reasoning_content`, `reasoning_details`).
    public var takesReasoning = true
    /// Whether parts and tools may be marked with Anthropic's `cache_control`.
    public var takesCacheMarks = false
    /// Whether `top_k` is understood, which OpenAI itself refuses.
    public var takesTopK = false
    /// Whether `stream_options` is understood.
    public var takesStreamOptions = true
    /// Whether streams may end in `[DONE]` without a finish reason (Snowflake).
    public var endsWithoutReason = false
    /// Members of the body that are refused, so they are left out.
    public var refusedFields: Set<String> = []

    public init() {}

    /// A departure from OpenAI's way: `ChatQuirks { $0.hasDeveloperRole = false }`.
    public init(_ depart: (inout ChatQuirks) -> Void) { depart(&self) }
}
