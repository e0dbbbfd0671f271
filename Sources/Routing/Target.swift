internal import GatewayTypes

/// What a name leads to, with every candidate made beforehand: a request only puts them in order.
struct Target: Sendable {
    /// One provider's model, with a candidate for each of the provider's keys.
    struct Member: Sendable {
        var candidates: [Candidate]
        var weight: Double

        /// - Returns: `nil` when the provider does not have the model; one that lists no models has any.
        init?(
            _ provider: ProviderConfiguration, _ name: String, weight: Double = 1,
            _ settings: RouteSettings = RouteSettings()
        ) {
            guard !name.isEmpty else { return nil }
            let listed = provider.models.first { $0.name == name }
            guard listed != nil || provider.models.isEmpty else { return nil }
            let model = listed ?? ModelConfiguration(name: name)
            let settings = settings.or(provider.timeouts).or(.builtIn)
            let credentials = provider.credentials.isEmpty ? [.absent] : provider.credentials
            candidates = credentials.map {
                Candidate(provider: provider, credential: $0, model: model, settings: settings)
            }
            self.weight = weight
        }
    }

    /// As it is recorded: `provider/model`, `rotation/x` or the bare name.
    var name: String
    var members: [Member] = []
    var strategy: RotationConfiguration.Strategy = .weighted
}

extension Target {
    init(_ rotation: RotationConfiguration, _ providers: [String: ProviderConfiguration]) {
        name = "rotation/\(rotation.name)"
        strategy = rotation.strategy
        members = rotation.members.compactMap { member in
            providers[member.provider].flatMap {
                Member($0, member.model, weight: member.weight, rotation.settings)
            }
        }
    }
}

extension Credential {
    /// What a provider without keys is called with.
    fileprivate static let absent = Credential(id: "none", key: CredentialKey(""))
}
