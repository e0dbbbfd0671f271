/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case gemini
    case openAIChat = "openai-chat"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .gemini: Gemini.self
        case .openAIChat: OpenAIChat.self
        }
    }
}
