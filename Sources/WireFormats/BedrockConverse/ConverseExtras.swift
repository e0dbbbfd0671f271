internal import GatewayTypes
internal import JSON

/// Sampling and thinking, which depend on each other and on the model's maker.
struct ConverseExtras {
    private(set) var maxTokens: Int?
    private(set) var temperature: Double?
    private(set) var topP: Double?
    private(set) var dropped: Set<ConversationField> = []
    private var topK: (ConverseModel.TopK, Int)?
    private var thinking: AnthropicThinking.Mode = .unsaid
    private var effort: (ConverseModel.Reasoning, String)?

    private static let novaEfforts: Set<String> = ["low", "medium", "high"]

    /// - Parameter mayThink: false where Anthropic's models refuse to: a forced tool, or calls that came without thinking.
    init(_ conversation: Conversation, model: ModelConfiguration, mayThink: Bool) {
        let row = ConverseModel.named(model.name)
        let sampling = conversation.sampling
        maxTokens = sampling.maxTokens
        setReasoning(conversation, row, model, mayThink: mayThink)
        let thinks = thinking != .unsaid && thinking != .disabled
        if let asked = sampling.temperature {
            let allowed = min(max(asked, 0), 1)
            if allowed != asked || thinks && allowed != 1 { dropped.insert(.temperature) }
            if !thinks { temperature = allowed }
        }
        if let asked = sampling.topP, asked != 1 {
            // Newer models of Anthropic's refuse both, and thinking allows no top_p below 0.95.
            let yields = row.reasoning == .anthropic && (temperature != nil || thinks && asked < 0.95)
            if yields { dropped.insert(.topP) } else { topP = asked }
        }
        if let asked = sampling.topK {
            if let place = row.topK, !thinks { topK = (place, asked) } else { dropped.insert(.topK) }
        }
    }

    private mutating func setReasoning(
        _ conversation: Conversation, _ row: ConverseModel, _ model: ModelConfiguration, mayThink: Bool
    ) {
        guard let asked = conversation.reasoning else { return }
        switch row.reasoning {
        case .anthropic:
            let wanted = AnthropicThinking(conversation, model: model, isPossible: mayThink)
            if wanted.isDropped { dropped.insert(.reasoning) }
            thinking = wanted.mode
            if case .budget = thinking { maxTokens = wanted.maxTokens }
        case .nova, .effort:
            guard let reasoning = row.reasoning, let word = ChatRequestWriter.effort(of: asked) else { return }
            if word == "none" { return }
            let known = word == "minimal" ? "low" : word == "xhigh" || word == "max" ? "high" : word
            if Self.novaEfforts.contains(known) { effort = (reasoning, known) } else { dropped.insert(.reasoning) }
        case nil:
            if asked.effort != "none", asked.budgetTokens != 0 { dropped.insert(.reasoning) }
        }
    }

    func write(to writer: inout JSONWriter) {
        let saysThinking = thinking != .unsaid
        guard saysThinking || topK != nil || effort != nil else { return }
        writer.key("additionalModelRequestFields")
        writer.object {
            switch thinking {
            case .unsaid: break
            case .disabled: $0.member("thinking", raw: #"{"type":"disabled"}"#.utf8)
            case .budget(let tokens):
                $0.key("thinking")
                $0.object {
                    $0.member("type", "enabled")
                    $0.member("budget_tokens", tokens)
                }
            case .adaptive(let effort):
                $0.member("thinking", raw: #"{"type":"adaptive"}"#.utf8)
                $0.key("output_config")
                $0.object { $0.member("effort", effort) }
            }
            switch effort {
            case (.nova, let word)?:
                $0.key("reasoningConfig")
                $0.object {
                    $0.member("type", "enabled")
                    $0.member("maxReasoningEffort", word)
                }
            case (.effort(let field), let word)?: $0.member(field, word)
            case (.anthropic, _)?, nil: break
            }
            switch topK {
            case (.member(let name), let count)?: $0.member(name, count)
            case (.nova, let count)?:
                $0.key("inferenceConfig")
                $0.object { $0.member("topK", count) }
            case nil: break
            }
        }
    }
}
