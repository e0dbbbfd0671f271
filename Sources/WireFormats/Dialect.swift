/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case anthropicMessages = "anthropic-messages"
    case anthropicTokenCount = "anthropic-token-count"
    case openAIChat = "openai-chat"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .anthropicMessages: AnthropicMessages.self
        case .anthropicTokenCount: AnthropicTokenCount.self
        case .openAIChat: OpenAIChat.self
        }
    }
}
