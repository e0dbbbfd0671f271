/// One turn of a conversation.
public struct Message: Sendable, Equatable {
    public enum Role: Sendable, Equatable { case system, developer, user, assistant, tool }

    public var role: Role
    /// In order. Tool calls stand in an `assistant` turn, tool results in a `tool` turn.
    public var content: [ContentPart]
    /// The participant's name (OpenAI's `name`).
    public var name: String?
    /// The parts after which the provider is asked to keep the prompt, by their place in `content`.
    public var cacheMarks: [Int: CacheMark] = [:]

    public init(_ role: Role, _ content: [ContentPart], name: String? = nil) {
        self.role = role
        self.content = content
        self.name = name
    }
}

public enum ContentPart: Sendable, Equatable {
    case text(String)
    case refusal(String)
    case image(Media, detail: String?)
    case audio(Media)
    case video(Media)
    case document(Media, name: String?)
    case thinking(Thinking)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
}

/// Bytes of an image, a recording, a film or a document, or where they are.
public enum Media: Sendable, Equatable {
    /// `data` is base64 as it came; `type` is a media type such as `image/png`.
    case inline(type: String, data: String)
    case url(String, type: String?)
    /// A file that a provider keeps, which nobody else can open.
    case file(id: String, keptBy: FileKeeper)
}

/// Whose API a file's id or address is of.
public enum FileKeeper: Sendable { case openAI, anthropic, google }

/// What a model thought before it spoke, with what its provider needs to take it back unchanged on the next turn.
public struct Thinking: Sendable, Equatable {
    public var text: String
    /// Anthropic's `signature`, Gemini's `thoughtSignature`: opaque, byte-identical or not at all.
    public var signature: String?
    /// Anthropic's `redacted_thinking`: opaque data in place of a text.
    public var redacted: String?

    public init(text: String, signature: String? = nil, redacted: String? = nil) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
    }
}

public struct ToolCall: Sendable, Equatable {
    public var id: String
    public var name: String
    /// JSON text of an object, as the model wrote it: it may be cut or invalid.
    public var arguments: String
    /// Gemini's `thoughtSignature` of this call.
    public var signature: String?

    public init(id: String, name: String, arguments: String, signature: String? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
    }
}

public struct ToolResult: Sendable, Equatable {
    public var callID: String
    /// The tool's name where the format tells it (Gemini wants it).
    public var name: String?
    public var content: [ContentPart]
    public var isError: Bool

    public init(callID: String, name: String? = nil, content: [ContentPart], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.content = content
        self.isError = isError
    }
}
