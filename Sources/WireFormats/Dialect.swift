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
    case openAIEmbeddings = "openai-embeddings"
    case openAIImages = "openai-images"
    case openAIModerations = "openai-moderations"
    case openAISpeech = "openai-speech"
    case openAITranscription = "openai-transcription"
    case cohereEmbed = "cohere-embed"
    case cohereRerank = "cohere-rerank"
    case rerank

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
        case .openAIEmbeddings: OpenAIEmbeddings.self
        case .openAIImages: OpenAIImages.self
        case .openAIModerations: OpenAIModerations.self
        case .openAISpeech: OpenAISpeech.self
        case .openAITranscription: OpenAITranscription.self
        case .cohereEmbed: CohereEmbed.self
        case .cohereRerank: CohereRerank.self
        case .rerank: Rerank.self
        }
    }
}
