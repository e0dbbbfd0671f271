/// A function the model may call.
public struct Tool: Sendable, Equatable {
    public var name: String
    public var description: String?
    /// JSON Schema of the arguments; absent means none.
    public var parameters: RawJSON?
    public var strict: Bool?
    public var cacheMark: CacheMark?

    public init(name: String, description: String? = nil, parameters: RawJSON? = nil, strict: Bool? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.strict = strict
    }
}

public enum ToolChoice: Sendable, Equatable {
    case auto
    case none
    /// Some tool must be called.
    case required
    case named(String)
}

public enum ResponseFormat: Sendable, Equatable {
    case text
    case jsonObject
    /// `schema` is a JSON Schema.
    case jsonSchema(name: String, schema: RawJSON, strict: Bool?, description: String?)
}

/// How much the model should think, in whichever of the two ways the caller said it.
public struct ReasoningOptions: Sendable, Equatable {
    /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh` ... as OpenAI names them.
    public var effort: String?
    /// Anthropic's `budget_tokens`, Gemini's `thinkingBudget`.
    public var budgetTokens: Int?
    /// What kind of summary of the thinking is wanted: `auto`, `concise`, `detailed` (OpenAI's Responses).
    public var summary: String?

    public init(effort: String? = nil, budgetTokens: Int? = nil, summary: String? = nil) {
        self.effort = effort
        self.budgetTokens = budgetTokens
        self.summary = summary
    }
}

public struct Sampling: Sendable, Equatable {
    public var maxTokens: Int?
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    public var frequencyPenalty: Double?
    public var presencePenalty: Double?
    public var seed: Int?
    public var stop: [String] = []
    /// A JSON object, token id to bias.
    public var logitBias: RawJSON?

    public init() {}
}
