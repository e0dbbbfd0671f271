/// A configured upstream account.
public struct ProviderConfiguration: Sendable, Equatable {
    /// The name in routes.
    public var id: String
    /// What is spoken there: `openai`, `anthropic`, `google`, `ollama`, `demo`, or a preset such as `groq`.
    public var kind: String
    /// Everything before the operation's path, without a slash at the end.
    public var endpoint: String
    public var wire: WireFormat
    public var credentials: [Credential]
    public var models: [ModelConfiguration]
    public var isEnabled = true
    public var timeouts = RouteSettings()
    /// Sent with every request besides what the kind demands.
    public var headers: [HeaderField] = []
    /// Where a cloud (Bedrock, Vertex) runs the models: `us-east-1`.
    public var region: String?
    /// The `api-version` that Azure wants with each request: `2024-10-21`.
    public var apiVersion: String?

    public init(
        id: String, kind: String, endpoint: String, wire: WireFormat, credentials: [Credential] = [],
        models: [ModelConfiguration] = []
    ) {
        self.id = id
        self.kind = kind
        self.endpoint = endpoint
        self.wire = wire
        self.credentials = credentials
        self.models = models
    }
}

public struct HeaderField: Sendable, Equatable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A key of a provider account; several share the load by weight.
public struct Credential: Sendable, Equatable {
    /// Unique within its provider; fit for logs and records.
    public var id: String
    /// The secret itself: never logged. Empty where the provider wants none.
    public var key: CredentialKey
    public var weight: Double

    public init(id: String, key: CredentialKey, weight: Double = 1) {
        self.id = id
        self.key = key
        self.weight = weight
    }
}

/// A provider's secret; printing it shows that there is one, not what it is.
public struct CredentialKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let secret: String
    public init(_ secret: String) { self.secret = secret }

    /// The secret, for the one place that puts it on the wire.
    public func reveal() -> String { secret }
    public var isEmpty: Bool { secret.isEmpty }
    public var description: String { secret.isEmpty ? "[none]" : "[secret]" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(reflecting: description) }
}

/// A model a provider offers.
public struct ModelConfiguration: Sendable, Equatable {
    public var name: String
    public var contextLength: Int?
    public var maxTokens: Int?
    public var pricing: Pricing?
    /// `tools`, `vision`, `json_schema`, `audio` ...; `nil` means not stated, so nothing is excluded.
    public var capabilities: Set<String>?
    /// Another wire format than the provider's.
    public var wire: WireFormat?

    public init(name: String) { self.name = name }
}

/// Prices per million tokens, as `pricing` in the configuration states them.
public struct Pricing: Sendable, Equatable {
    public var prompt: USD
    public var completion: USD
    /// Absent: cached tokens cost what prompt tokens cost.
    public var cacheRead: USD?
    public var cacheWrite: USD?
    /// Of one image that was made; absent: images cost what their tokens cost.
    public var image: USD?
    /// Of a minute of a recording that was listened to; absent: it costs what its tokens cost.
    public var audioMinute: USD?

    public init(prompt: USD, completion: USD, cacheRead: USD? = nil, cacheWrite: USD? = nil) {
        self.prompt = prompt
        self.completion = completion
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
    }

    /// What `usage` costs; parts of a picodollar are rounded up, once.
    public func cost(of usage: Usage) -> USD {
        let usage = usage.clamped()
        let cached = usage.cachedTokens ?? 0
        let written = usage.cacheWriteTokens ?? 0
        let total =
            prompt.times(usage.promptTokens - cached - written) + (cacheRead ?? prompt).times(cached)
            + (cacheWrite ?? prompt).times(written) + completion.times(usage.completionTokens)
        return USD(picodollars: (total.picodollars / 1_000_000) + (total.picodollars % 1_000_000 > 0 ? 1 : 0))
    }
}

/// What is spoken on the wire.
public enum WireFormat: String, Sendable, CaseIterable {
    case openAIChat = "chat"
    case openAICompletions = "completions"
    case openAIResponses = "responses"
    case anthropicMessages = "messages"
    case gemini = "generate"
    case ollamaChat = "ollama"
    case bedrockConverse = "converse"
    case cohereChat = "cohere"
}
