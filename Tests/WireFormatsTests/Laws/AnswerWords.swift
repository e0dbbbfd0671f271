import GatewayTypes

@testable import WireFormats

/// What a format of answers has words for, as the generator of answers is told.
struct AnswerWords: Sendable {
    enum Thought: Sendable { case plain, signed, redacted }

    var choices = 1
    var thoughts: [Thought] = [.plain, .signed, .redacted]
    var signsCalls = true
    var finishes: [FinishReason]
    var hasCachedTokens = true
    var hasCacheWrites = false
    var hasReasoningTokens = true

    static func of(_ wire: WireFormat) -> AnswerWords {
        switch wire {
        case .openAIChat, .openAICompletions:
            AnswerWords(
                choices: 3,
                finishes: [.stop, .length, .contentFilter, .refusal, .pause, .error("broken"), .other("odd")],
                hasCacheWrites: true)
        case .openAIResponses: AnswerWords(finishes: [.stop, .length, .contentFilter, .other("odd")])
        case .anthropicMessages:
            AnswerWords(finishes: [.stop, .length, .refusal, .pause, .other("odd")], hasCacheWrites: true)
        case .gemini: AnswerWords(choices: 3, finishes: [.stop, .length, .contentFilter, .other("OTHER")])
        case .ollamaChat:
            AnswerWords(
                thoughts: [.plain], signsCalls: false, finishes: [.stop, .length, .other("odd")],
                hasCachedTokens: false, hasReasoningTokens: false)
        case .bedrockConverse:
            AnswerWords(
                signsCalls: false, finishes: [.stop, .length, .contentFilter], hasCacheWrites: true,
                hasReasoningTokens: false)
        case .cohereChat:
            AnswerWords(
                thoughts: [.plain], signsCalls: false, finishes: [.stop, .length], hasCachedTokens: false,
                hasReasoningTokens: false)
        }
    }
}
