/// What the makers' families on Bedrock take in `additionalModelRequestFields`, where Converse has no field of its own.
struct ConverseModel: Sendable {
    enum Reasoning: Sendable, Equatable {
        /// `thinking: {type, budget_tokens}`.
        case anthropic
        /// `reasoningConfig: {type, maxReasoningEffort}`.
        case nova
        /// `reasoning_effort`, or `reasoning_config` of the same words.
        case effort(field: String)
    }

    enum TopK: Sendable, Equatable {
        case member(String)
        /// `inferenceConfig: {topK}`.
        case nova
    }

    var family: String
    var reasoning: Reasoning?
    var topK: TopK?
    /// Whether parts of the prompt can be kept: `cachePoint`.
    var takesCachePoints = false

    /// By a part of the model's id; ids of inference profiles have a region before it. The first row that fits counts.
    private static let rows: [ConverseModel] = [
        ConverseModel(family: "claude", reasoning: .anthropic, topK: .member("top_k"), takesCachePoints: true),
        ConverseModel(family: "amazon.nova-2", reasoning: .nova, topK: .nova, takesCachePoints: true),
        ConverseModel(family: "amazon.nova", topK: .nova, takesCachePoints: true),
        ConverseModel(family: "openai.gpt-oss", reasoning: .effort(field: "reasoning_effort")),
        ConverseModel(family: "deepseek.v3", reasoning: .effort(field: "reasoning_config")),
        ConverseModel(family: "mistral.", topK: .member("top_k")),
        ConverseModel(family: "cohere.", topK: .member("k")),
    ]

    static func named(_ id: String) -> ConverseModel {
        rows.first { id.contains($0.family) } ?? ConverseModel(family: "")
    }
}
