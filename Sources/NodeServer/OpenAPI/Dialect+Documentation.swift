internal import WireFormats

/// What the document says of each way to ask a model.
extension Dialect {
    var summary: String {
        switch self {
        case .anthropicMessages: "Ask a model with Anthropic's messages"
        case .anthropicTokenCount: "Count the tokens of Anthropic's messages"
        case .gemini: "Ask a model with Gemini's contents"
        case .geminiEmbeddings: "Embed Gemini's contents"
        case .geminiTokenCount: "Count the tokens of Gemini's contents"
        case .ollamaChat: "Ask a model as Ollama's chat"
        case .ollamaEmbed: "Embed texts as Ollama does"
        case .ollamaGenerate: "Continue a text as Ollama does"
        case .openAIChat: "Ask a model with OpenAI's chat messages"
        case .openAIEmbeddings: "Embed texts"
        case .openAIImages: "Make or change images"
        case .openAIModerations: "Classify texts and images"
        case .openAISpeech: "Speak a text"
        case .openAITranscription: "Write down a recording"
        case .cohereEmbed: "Embed as Cohere does"
        case .cohereRerank: "Rank documents as Cohere does"
        case .rerank: "Rank documents"
        case .openAICompletions: "Continue a text"
        case .openAIInputTokens: "Count the tokens of a response's input"
        case .openAIResponses: "Ask a model with OpenAI's Responses"
        }
    }

    var family: PublicOperation.Family {
        switch self {
        case .anthropicMessages, .anthropicTokenCount: .anthropic
        case .gemini, .geminiEmbeddings, .geminiTokenCount: .gemini
        case .ollamaChat, .ollamaEmbed, .ollamaGenerate: .ollama
        case .cohereEmbed, .cohereRerank: .cohere
        case .openAIChat, .openAIEmbeddings, .openAIImages, .openAIModerations, .openAISpeech, .openAITranscription,
            .openAICompletions, .openAIInputTokens, .openAIResponses, .rerank:
            .openAI
        }
    }

    /// - Parameter path: tells apart what shares a dialect.
    func body(at path: String) -> PublicOperation.Body {
        switch self {
        case .anthropicMessages: .json(required: ["model", "max_tokens", "messages"])
        case .anthropicTokenCount, .ollamaChat, .openAIChat: .json(required: ["model", "messages"])
        case .gemini: .json(required: ["contents"])
        case .geminiTokenCount: .json(required: [])
        case .geminiEmbeddings: .json(required: [path.hasSuffix(":embedContent") ? "content" : "requests"])
        case .ollamaEmbed: .json(required: ["model", path.hasSuffix("embed") ? "input" : "prompt"])
        case .ollamaGenerate: .json(required: ["model"])
        case .openAIEmbeddings, .openAISpeech: .json(required: ["model", "input"])
        case .openAIImages where path.hasSuffix("/generations"): .json(required: ["prompt"])
        case .openAIImages: .form(required: ["image"])
        case .openAIModerations: .json(required: ["input"])
        case .openAITranscription: .form(required: ["model", "file"])
        case .cohereEmbed: .json(required: ["model"])
        case .cohereRerank, .rerank: .json(required: ["model", "query", "documents"])
        case .openAICompletions: .json(required: ["model", "prompt"])
        case .openAIInputTokens, .openAIResponses: .json(required: ["model"])
        }
    }

    /// The media types of its answers.
    var answers: [String] {
        switch self {
        case .anthropicMessages, .gemini, .openAIChat, .openAICompletions, .openAIImages, .openAIResponses:
            ["application/json", "text/event-stream"]
        case .ollamaChat, .ollamaGenerate: ["application/json", "application/x-ndjson"]
        case .openAISpeech: ["audio/*", "text/event-stream"]
        case .openAITranscription: ["application/json", "text/event-stream", "text/plain"]
        case .anthropicTokenCount, .geminiEmbeddings, .geminiTokenCount, .ollamaEmbed, .openAIEmbeddings,
            .openAIModerations, .cohereEmbed, .cohereRerank, .rerank, .openAIInputTokens:
            ["application/json"]
        }
    }
}
