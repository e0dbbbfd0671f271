internal import GatewayTypes

/// What the model's name says of how it wants to be asked to think.
struct GeminiModel {
    private let name: String

    init(_ name: String) { self.name = name.lowercased() }

    /// Documented stand-in for the signature of a call that another model made; without any the request is refused.
    static let stubSignature = "skip_thought_signature_validator"

    /// From version 3 on the first call of a turn must carry its signature.
    var demandsSignatures: Bool { name.contains("gemini-3") }

    private var thinks: Bool {
        !["gemini-1", "gemini-2.0", "gemma", "gemini-pro", "learnlm"].contains { name.contains($0) }
    }

    enum Thinking: Equatable {
        case budget(Int)
        case level(String)
    }

    /// `nil` where the model cannot be told.
    func thinking(_ reasoning: ReasoningOptions) -> Thinking? {
        guard thinks else { return nil }
        if let budget = reasoning.budgetTokens { return .budget(budget) }
        guard let effort = reasoning.effort else { return nil }
        return demandsSignatures ? .level(level(effort)) : .budget(budget(effort))
    }

    /// Pro models know `low` and `high` only.
    private func level(_ effort: String) -> String {
        let isFlash = name.contains("flash")
        return switch effort {
        case "none", "minimal": isFlash ? "minimal" : "low"
        case "low": "low"
        case "medium": isFlash ? "medium" : "high"
        default: "high"
        }
    }

    /// Pro models cannot stop thinking: 128 is their least.
    private func budget(_ effort: String) -> Int {
        switch effort {
        case "none": name.contains("pro") ? 128 : 0
        case "minimal", "low": 1_024
        case "medium": 8_192
        default: 24_576
        }
    }
}
