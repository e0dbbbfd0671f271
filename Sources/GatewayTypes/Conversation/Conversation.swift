/// A chat request in the one form that every client format is read into and every upstream format is written from.
///
/// What no upstream format can say differently (schemas, arguments, metadata) stays JSON text, so key order and numbers
/// survive.
public struct Conversation: Sendable, Equatable {
    public var messages: [Message]
    public var tools: [Tool] = []
    public var toolChoice: ToolChoice?
    /// `false` forbids more than one call a turn.
    public var parallelToolCalls: Bool?
    public var sampling = Sampling()
    public var responseFormat: ResponseFormat?
    public var reasoning: ReasoningOptions?
    /// How many answers are wanted; absent means one.
    public var choiceCount: Int?
    public var logprobs: Bool?
    public var topLogprobs: Int?
    public var user: String?
    /// A JSON object of the caller's own labels.
    public var metadata: RawJSON?
    public var serviceTier: String?
    /// How wordy the answer is to be: `low`, `medium`, `high` (OpenAI's `verbosity`).
    public var verbosity: String?
    /// Requests with the same key share OpenAI's prompt cache.
    public var promptCacheKey: String?
    /// The provider is to choose for itself after which part it keeps the prompt.
    public var cacheMark: CacheMark?
    public var stream = false
    /// What the caller sent that this form cannot hold, under the caller's own (dotted) names.
    public var unknownFields: [String] = []

    public init(messages: [Message]) { self.messages = messages }
}

/// JSON text as it came, known to be valid.
public struct RawJSON: Sendable, Equatable {
    public var bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
