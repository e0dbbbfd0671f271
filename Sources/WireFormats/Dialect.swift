/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case openAIChat = "openai-chat"
    case openAICompletions = "openai-completions"
    case openAIResponses = "openai-responses"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .openAIChat: OpenAIChat.self
        case .openAICompletions: OpenAICompletions.self
        case .openAIResponses: OpenAIResponses.self
        }
    }
}
