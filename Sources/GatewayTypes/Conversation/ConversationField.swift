/// What an upstream format may be unable to say. A translation names what it left out with these; the caller's format has
/// its own name for each.
public enum ConversationField: Sendable, Hashable, CaseIterable {
    case toolChoice, parallelToolCalls, toolStrict
    case maxTokens, temperature, topP, topK, frequencyPenalty, presencePenalty, seed, stop, logitBias
    case responseFormat, reasoning, choiceCount, logprobs, topLogprobs, user, metadata, serviceTier
    case verbosity, promptCacheKey
    case participantName, imageDetail, audio, video, document, image, refusal, thinking, toolResultImage, fileID
    case cacheControl, toolError
    case documentName, callSignature, schemaDescription, schemaStrict
}
