/// The clients' ways of speaking.
public enum Dialect: String, Sendable, CaseIterable {
    case anthropicMessages = "anthropic-messages"
    case anthropicTokenCount = "anthropic-token-count"
    case gemini
    case geminiEmbeddings = "gemini-embeddings"
    case geminiTokenCount = "gemini-count-tokens"
    case ollamaChat = "ollama-chat"
    case ollamaEmbed = "ollama-embed"
    case ollamaGenerate = "ollama-generate"
    case openAIChat = "openai-chat"
    case openAIEmbeddings = "openai-embeddings"
    case openAIImages = "openai-images"
    case openAIModerations = "openai-moderations"
    case openAISpeech = "openai-speech"
    case openAITranscription = "openai-transcription"
    case cohereEmbed = "cohere-embed"
    case cohereRerank = "cohere-rerank"
    case rerank
    case openAICompletions = "openai-completions"
    case openAIInputTokens = "openai-input-tokens"
    case openAIResponses = "openai-responses"

    /// The type that speaks this dialect.
    public var format: any ClientFormat.Type {
        switch self {
        case .anthropicMessages: AnthropicMessages.self
        case .anthropicTokenCount: AnthropicTokenCount.self
        case .gemini: Gemini.self
        case .geminiEmbeddings: GeminiEmbeddings.self
        case .geminiTokenCount: GeminiTokenCount.self
        case .ollamaChat: OllamaChat.self
        case .ollamaEmbed: OllamaEmbed.self
        case .ollamaGenerate: OllamaGenerate.self
        case .openAIChat: OpenAIChat.self
        case .openAIEmbeddings: OpenAIEmbeddings.self
        case .openAIImages: OpenAIImages.self
        case .openAIModerations: OpenAIModerations.self
        case .openAISpeech: OpenAISpeech.self
        case .openAITranscription: OpenAITranscription.self
        case .cohereEmbed: CohereEmbed.self
        case .cohereRerank: CohereRerank.self
        case .rerank: Rerank.self
        case .openAICompletions: OpenAICompletions.self
        case .openAIInputTokens: OpenAIInputTokens.self
        case .openAIResponses: OpenAIResponses.self
        }
    }
}
