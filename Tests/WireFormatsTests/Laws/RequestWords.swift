import GatewayTypes

@testable import WireFormats

/// What a format of requests has words for: the one table that the generator of conversations is told.
struct RequestWords: Sendable {
    enum Thought: Sendable { case plain, signed, redacted }

    /// What no request of the format can say.
    var lacks: Set<ConversationField> = []
    /// The kinds of thinking that go back on the next turn.
    var thoughts: [Thought] = []
    /// Whether a turn of text is one text.
    var hasOneText = false
    /// Whether a tool may go without a schema, or without saying that it is not strict.
    var mayLeaveOutSchema = true
    var mustSayStrict = false
    /// Whether a file has to have a name.
    var mustNameDocuments = false
    var mustLimitTokens = false
    /// Whether a schema of the answer has a name.
    var namesSchemas = true
    /// Whether `temperature` and `top_p` exclude each other.
    var samplesOneWay = false
    /// The service tiers that have a word.
    var tiers = ["auto", "default", "flex"]
    /// Whether only fewer calls a turn can be asked for, and only beside a choice of tool.
    var hasOnlySerialCalls = false
    /// The type that the address of an image needs beside it.
    var typeOfAddresses: String?
    /// Whether who asks for thinking is always shown it.
    var showsThinking = false
    /// Words of effort.
    var efforts = ["none", "low", "medium", "high"]

    static func of(_ wire: WireFormat) -> RequestWords {
        switch wire {
        case .openAIChat, .openAICompletions: chat
        case .openAIResponses: responses
        case .anthropicMessages: messages
        case .gemini: gemini
        case .ollamaChat: ollama
        case .bedrockConverse: converse
        case .cohereChat: cohere
        }
    }

    /// What another format has words for too.
    func shared(with other: RequestWords) -> RequestWords {
        var lacks = lacks.union(other.lacks)
        // How much is thought is said in two ways, and in which of their words depends on the model.
        lacks.insert(.reasoning)
        if lacks.contains(.documentName), mustNameDocuments || other.mustNameDocuments { lacks.insert(.document) }
        return RequestWords(
            lacks: lacks, thoughts: thoughts.filter(other.thoughts.contains),
            hasOneText: hasOneText || other.hasOneText,
            mayLeaveOutSchema: mayLeaveOutSchema && other.mayLeaveOutSchema,
            mustSayStrict: mustSayStrict || other.mustSayStrict,
            mustLimitTokens: mustLimitTokens || other.mustLimitTokens, namesSchemas: namesSchemas && other.namesSchemas,
            samplesOneWay: samplesOneWay || other.samplesOneWay, tiers: tiers.filter(other.tiers.contains),
            hasOnlySerialCalls: hasOnlySerialCalls || other.hasOnlySerialCalls,
            typeOfAddresses: typeOfAddresses ?? other.typeOfAddresses)
    }

    private static let chat = RequestWords(
        lacks: [.toolError, .toolResultImage], thoughts: [.signed, .redacted])

    private static let responses = RequestWords(
        lacks: [
            .topK, .frequencyPenalty, .presencePenalty, .seed, .stop, .logitBias, .choiceCount, .cacheControl,
            .participantName, .toolError, .callSignature, .video,
        ],
        thoughts: [.signed], mayLeaveOutSchema: false, mustSayStrict: true, mustNameDocuments: true)

    private static let messages = RequestWords(
        lacks: [
            .frequencyPenalty, .presencePenalty, .seed, .logitBias, .choiceCount, .logprobs, .topLogprobs, .metadata,
            .verbosity, .promptCacheKey, .participantName, .imageDetail, .audio, .video, .toolStrict, .schemaStrict,
            .schemaDescription, .responseFormat, .fileID, .callSignature, .refusal, .reasoning,
        ],
        thoughts: [.signed, .redacted], mayLeaveOutSchema: false, mustLimitTokens: true, samplesOneWay: true,
        tiers: ["auto", "default"], hasOnlySerialCalls: true)

    private static let gemini = RequestWords(
        lacks: [
            .toolStrict, .parallelToolCalls, .schemaDescription, .schemaStrict, .logitBias, .user, .cacheControl,
            .metadata, .verbosity, .promptCacheKey, .serviceTier, .participantName, .imageDetail, .documentName,
            .refusal, .thinking, .fileID, .toolResultImage, .reasoning,
        ],
        namesSchemas: false, typeOfAddresses: "image/png")

    private static let ollama = RequestWords(
        lacks: [
            .toolChoice, .parallelToolCalls, .toolStrict, .schemaDescription, .schemaStrict, .logitBias, .choiceCount,
            .user, .cacheControl, .metadata, .verbosity, .promptCacheKey, .serviceTier, .participantName, .imageDetail,
            .audio, .video, .document, .documentName, .fileID, .callSignature, .toolError, .refusal, .toolResultImage,
        ],
        thoughts: [.plain], hasOneText: true, mayLeaveOutSchema: false, namesSchemas: false, showsThinking: true,
        efforts: ["none", "medium"])

    private static let converse = RequestWords(
        lacks: [
            .frequencyPenalty, .presencePenalty, .seed, .logitBias, .choiceCount, .logprobs, .topLogprobs, .user,
            .verbosity, .promptCacheKey, .participantName, .imageDetail, .audio, .toolStrict, .schemaStrict,
            .schemaDescription, .responseFormat, .fileID, .callSignature, .refusal, .reasoning, .cacheControl,
            .toolChoice, .parallelToolCalls, .topK, .metadata, .image, .document, .video, .thinking, .toolResultImage,
        ],
        mayLeaveOutSchema: false, mustLimitTokens: true, samplesOneWay: true)

    private static let cohere = RequestWords(
        lacks: [
            .parallelToolCalls, .schemaDescription, .schemaStrict, .cacheControl, .logitBias, .choiceCount,
            .topLogprobs, .user, .verbosity, .promptCacheKey, .metadata, .serviceTier, .participantName, .audio,
            .video, .document, .documentName, .fileID, .callSignature, .toolError, .refusal, .responseFormat,
            .toolStrict, .toolChoice, .thinking, .image, .imageDetail, .toolResultImage, .reasoning,
        ],
        hasOneText: true, mayLeaveOutSchema: false)
}
