public import GatewayTypes

/// A name a caller may ask for, as `GET /v1/models` lists it.
public struct OfferedModel: Sendable, Equatable {
    /// `rotation/x` or `provider/model`.
    public var id: String
    public var ownedBy: String
    public var contextLength: Int?
    public var maxTokens: Int?
    public var pricing: Pricing?
    /// What it takes and gives besides text; `nil` means not stated.
    public var capabilities: Set<String>?

    init(rotation: RotationConfiguration) {
        id = "rotation/\(rotation.name)"
        ownedBy = "switchyard"
    }

    init(provider: ProviderConfiguration, model: ModelConfiguration) {
        id = "\(provider.id)/\(model.name)"
        ownedBy = provider.id
        contextLength = model.contextLength
        maxTokens = model.maxTokens
        pricing = model.pricing
        capabilities = model.capabilities
    }
}
