internal import GatewayTypes

/// How much Anthropic's model is to think, and the `max_tokens` that leaves room for it.
struct AnthropicThinking: Equatable {
    enum Mode: Equatable {
        case unsaid
        case disabled
        /// `budget_tokens`: at least 1 024 and below `max_tokens`.
        case budget(Int)
        /// The model decides within `output_config.effort`; for models with the capability `adaptive_thinking`.
        case adaptive(effort: String)
    }

    var mode: Mode = .unsaid
    var maxTokens: Int
    /// The caller asked for thinking and does not get it.
    var isDropped = false

    private static let leastBudget = 1_024
    /// Far beyond any model, so that sums with it stay numbers.
    private static let mostBudget = 1_000_000_000

    /// - Parameter isPossible: false where the API refuses thinking: a forced tool, or a turn whose calls came without it.
    init(_ conversation: Conversation, model: ModelConfiguration, isPossible: Bool) {
        let asked = conversation.sampling.maxTokens
        maxTokens = asked ?? model.maxTokens ?? AnthropicMessagesUpstream.defaultMaxTokens
        guard let reasoning = conversation.reasoning else { return }
        guard reasoning.effort != "none", reasoning.budgetTokens != 0 else {
            mode = .disabled
            return
        }
        guard let stated = reasoning.budgetTokens ?? reasoning.effort.map(Self.budget) else { return }
        let wanted = min(stated, Self.mostBudget)
        guard isPossible else {
            isDropped = true
            return
        }
        if model.capabilities?.contains("adaptive_thinking") == true {
            mode = .adaptive(effort: Self.adaptiveEffort(reasoning))
            return
        }
        // Thinking counts towards max_tokens: a limit of the caller's is kept, the default makes room.
        if asked == nil, maxTokens <= wanted {
            maxTokens = min(wanted + Self.answerRoom, model.maxTokens ?? .max)
        }
        guard maxTokens > Self.leastBudget else {
            isDropped = true
            return
        }
        mode = .budget(max(Self.leastBudget, wanted < maxTokens ? wanted : maxTokens / 4 * 3))
    }

    /// Tokens for the answer itself where the default limit grows with the budget.
    private static let answerRoom = 4_096

    private static func budget(effort: String) -> Int {
        switch effort {
        case "minimal": leastBudget
        case "low": 2_048
        case "high": 16_384
        case "xhigh", "max": 32_768
        default: 8_192
        }
    }

    private static func adaptiveEffort(_ reasoning: ReasoningOptions) -> String {
        if let effort = reasoning.effort { return effort == "minimal" ? "low" : effort }
        return switch reasoning.budgetTokens ?? 0 {
        case ..<4_096: "low"
        case ..<16_384: "medium"
        default: "high"
        }
    }
}
