/// One thing an upstream said, in the one form that every upstream format is read into and every client format is written
/// from. A whole answer is the same events, all at once.
///
/// `choice` counts answers from 0 (`n` in OpenAI's terms); `index` counts the tool calls of one choice from 0.
public enum ModelEvent: Sendable, Equatable {
    /// The answer begins. `created` is in seconds since 1970.
    case start(id: String?, model: String?, created: Int?)
    case text(choice: Int, String)
    case refusal(choice: Int, String)
    case thinking(choice: Int, String)
    /// Belongs to the thinking that came before it.
    case thinkingSignature(choice: Int, String)
    case redactedThinking(choice: Int, String)
    case toolCall(choice: Int, index: Int, id: String, name: String, signature: String?)
    /// More of the JSON text of a call's arguments.
    case toolArguments(choice: Int, index: Int, String)
    /// A JSON array of citations or annotations, in the upstream's own shape.
    case citations(choice: Int, RawJSON)
    /// The JSON of a `logprobs` object of OpenAI's shape.
    case logprobs(choice: Int, RawJSON)
    /// Spoken output: a JSON object of OpenAI's shape with any of `id`, `data` (base64), `transcript`, `expires_at`; the
    /// pieces of a stream come one by one.
    case audio(choice: Int, RawJSON)
    case finish(choice: Int, FinishReason)
    /// A block of the upstream's own kind that no other format can hold, by its type.
    case leftOut(String)
    /// Totals so far: a later event replaces an earlier one, it is never added to it.
    case usage(Usage)
}

/// Why a choice ended.
public enum FinishReason: Sendable, Equatable {
    case stop
    /// A length limit of the request or the model's context.
    case length
    case toolCalls
    case contentFilter
    /// The model declined (Anthropic's `refusal`).
    case refusal
    /// Anthropic's `pause_turn`: the same conversation sent again goes on.
    case pause
    /// The provider said it failed while it answered; the text is its own word.
    case error(String)
    /// A reason this gateway does not know, in the provider's own word.
    case other(String)
}
