/// One (provider, credential, model) to try. Made once for a configuration and then handed from phase to phase, so it is
/// an object: a copy is a pointer, not a configuration.
public final class Candidate: Sendable {
    public let provider: ProviderConfiguration
    public let credential: Credential
    public let model: ModelConfiguration
    /// Every setting filled in: the rotation's, else the provider's, else the built-in.
    public let settings: RouteSettings
    public let wire: WireFormat
    /// What may rest of it, made once, as every request asks.
    private let credentialModelKey, credentialKey, providerModelKey: CooldownKey

    public init(
        provider: ProviderConfiguration, credential: Credential, model: ModelConfiguration, settings: RouteSettings
    ) {
        self.provider = provider
        self.credential = credential
        self.model = model
        self.settings = settings
        wire = model.wire ?? provider.wire
        credentialModelKey = .credentialModel(provider: provider.id, credential: credential.id, model: model.name)
        credentialKey = .credential(provider: provider.id, credential: credential.id)
        providerModelKey = .providerModel(provider: provider.id, model: model.name)
    }

    public func cooldownKey(_ scope: CooldownScope) -> CooldownKey {
        switch scope {
        case .credentialModel: credentialModelKey
        case .credential: credentialKey
        case .providerModel: providerModelKey
        }
    }
}

extension Candidate: Equatable {
    public static func == (left: Candidate, right: Candidate) -> Bool {
        left.provider == right.provider && left.credential == right.credential && left.model == right.model
            && left.settings == right.settings
    }
}

/// What a name resolved to: the candidates in the order they are tried.
public struct Route: Sendable, Equatable {
    /// The name as it is recorded: `provider/model`, `rotation/x` or the bare name.
    public var name: String
    public var strategy: RotationConfiguration.Strategy
    public var candidates: [Candidate]
    public var maxAttempts: Int

    public init(name: String, strategy: RotationConfiguration.Strategy, candidates: [Candidate], maxAttempts: Int) {
        self.name = name
        self.strategy = strategy
        self.candidates = candidates
        self.maxAttempts = maxAttempts
    }
}

/// What rests.
public enum CooldownKey: Sendable, Hashable {
    case credentialModel(provider: String, credential: String, model: String)
    case credential(provider: String, credential: String)
    case providerModel(provider: String, model: String)
}

/// What a request asks of a model, so that only candidates that can take it are tried.
public struct RequestNeeds: Sendable, Equatable {
    public var operation = Operation.conversation
    /// The formats that have words for what is asked; `nil` is every one that knows the operation.
    public var wires: Set<WireFormat>?
    public var tools = false
    public var vision = false
    public var audio = false
    public var jsonSchema = false
    /// A rough count, four bytes of text a token.
    public var promptTokens = 0
    /// What the request allows itself to be answered with, if it says.
    public var maxTokens: Int?
    /// How many answers are wanted, each of `maxTokens`: 1 to 128.
    public var choiceCount = 1
    /// The one wire format that can be asked this, if there is but one.
    public var only: WireNeed?

    public init() {}
}

/// A request that refers to what only providers of one wire format keep or run.
public struct WireNeed: Sendable, Equatable {
    public var wire: WireFormat
    /// The caller's field that says so.
    public var field: String

    public init(wire: WireFormat, field: String) {
        self.wire = wire
        self.field = field
    }
}
