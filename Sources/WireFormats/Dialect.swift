/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case anthropicMessages = "anthropic-messages"
    case anthropicTokenCount = "anthropic-token-count"
    case gemini
    case geminiTokenCount = "gemini-count-tokens"
    case ollamaChat = "ollama-chat"
    case ollamaGenerate = "ollama-generate"
    case openAIChat = "openai-chat"
    case openAICompletions = "openai-completions"
    case openAIInputTokens = "openai-input-tokens"
    case openAIResponses = "openai-responses"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .anthropicMessages: AnthropicMessages.self
        case .anthropicTokenCount: AnthropicTokenCount.self
        case .gemini: Gemini.self
        case .geminiTokenCount: GeminiTokenCount.self
        case .ollamaChat: OllamaChat.self
        case .ollamaGenerate: OllamaGenerate.self
        case .openAIChat: OpenAIChat.self
        case .openAICompletions: OpenAICompletions.self
        case .openAIInputTokens: OpenAIInputTokens.self
        case .openAIResponses: OpenAIResponses.self
        }
    }
}
