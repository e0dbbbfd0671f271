/// How a provider departs from OpenAI's chat completions, as data: a row of the provider table.
public struct ChatQuirks: Sendable, Equatable {
    /// What the length limit is called: `max_tokens`, or `max_completion_tokens` where that is refused.
    public var lengthField = "max_tokens"
    /// Whether there is a `developer` role; without one its turns go as `system`.
    public var hasDeveloperRole = true
    /// Whether earlier thinking may be sent back (`reasoning_content`, `reasoning_details`).
    public var takesReasoning = true
    /// Whether `stream_options` is understood.
    public var takesStreamOptions = true
    /// Whether streams may end in `[DONE]` without a finish reason (Snowflake).
    public var endsWithoutReason = false
    /// Members of the body that are refused, so they are left out.
    public var refusedFields: Set<String> = []

    public init() {}
}
