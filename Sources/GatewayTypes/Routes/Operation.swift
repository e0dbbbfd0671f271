/// What a request asks of a model.
public enum Operation: String, Sendable, CaseIterable {
    case conversation
    /// A text to be gone on with, by models of the time before chat, or by others asked in a conversation.
    case completion
    /// How many tokens a conversation would be; no answer is wanted, so nothing is spent.
    case countTokens = "count_tokens"
    case embedding
    case rerank
    case moderation
    case imageGeneration = "image_generation"
    case imageEdit = "image_edit"
    case imageVariation = "image_variation"
    case speech
    case transcription
    case translation

    /// Whether it costs tokens.
    public var spends: Bool { self != .countTokens }

    /// What a model would be asked for, as a message says it.
    public var words: String {
        switch self {
        case .conversation: "chat answers"
        case .completion: "completions of a text"
        case .countTokens: "counts of tokens"
        case .embedding: "embeddings"
        case .rerank: "rankings of documents"
        case .moderation: "moderations"
        case .imageGeneration: "images"
        case .imageEdit: "edits of images"
        case .imageVariation: "variations of images"
        case .speech: "speech"
        case .transcription: "transcriptions"
        case .translation: "translations of recordings"
        }
    }
}

extension WireFormat {
    /// Whether there are words for `operation` in this format, or none are needed.
    public func can(_ operation: Operation) -> Bool {
        let isConversation = operation == .conversation || operation == .completion || operation == .countTokens
        return switch self {
        case .openAIChat: true
        case .openAICompletions: operation == .completion
        case .anthropicMessages, .openAIResponses: isConversation
        case .ollamaChat, .bedrockConverse: isConversation || operation == .embedding
        case .gemini:
            isConversation || operation == .embedding || operation == .imageGeneration || operation == .imageEdit
        case .cohereChat: isConversation || operation == .embedding || operation == .rerank
        }
    }
}
