/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case openAIChat = "openai-chat"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .openAIChat: OpenAIChat.self
        }
    }
}
