/// What a request asks of a model.
public enum Operation: String, Sendable, CaseIterable {
    case conversation
    case embedding
    case rerank
    case moderation
    case imageGeneration = "image_generation"
    case imageEdit = "image_edit"
    case imageVariation = "image_variation"
    case speech
    case transcription
    case translation

    /// What a model would be asked for, as a message says it.
    public var words: String {
        switch self {
        case .conversation: "chat answers"
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
    /// Whether there are words for `operation` in this format.
    public func can(_ operation: Operation) -> Bool {
        switch self {
        case .openAIChat: true
        case .anthropicMessages: operation == .conversation
        case .gemini, .ollamaChat: operation == .conversation || operation == .embedding
        case .cohereChat: operation == .embedding || operation == .rerank
        }
    }
}
