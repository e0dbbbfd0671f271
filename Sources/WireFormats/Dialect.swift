/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case openAIChat = "openai-chat"
    case openAIResponses = "openai-responses"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .openAIChat: OpenAIChat.self
        case .openAIResponses: OpenAIResponses.self
        }
    }
}
