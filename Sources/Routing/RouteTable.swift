public import GatewayTypes

/// Resolves names to candidates over one configuration snapshot. Pure: cooldowns and chance come in as arguments, so the
/// same arguments always give the same route.
public struct RouteTable: Sendable {
    private let providers: [String: ProviderConfiguration]
    private let rotations: [String: RotationConfiguration]
    /// Every enabled provider that lists a model of that name, in configured order.
    private let offers: [String: [RotationConfiguration.Member]]
    /// Every name a caller can be offered, in configured order.
    public let models: [OfferedModel]

    public init(_ configuration: GatewayConfiguration) {
        let enabled = configuration.providers.filter(\.isEnabled)
        providers = Dictionary(enabled.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        rotations = Dictionary(configuration.rotations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var offers: [String: [RotationConfiguration.Member]] = [:]
        for provider in enabled {
            for model in provider.models {
                offers[model.name, default: []].append(.init(provider: provider.id, model: model.name))
            }
        }
        self.offers = offers
        models =
            configuration.rotations.map { OfferedModel(rotation: $0) }
            + enabled.flatMap { provider in provider.models.map { OfferedModel(provider: provider, model: $0) } }
    }

    /// The candidates for `name`, in the order they are tried, without those that rest or cannot take the request.
    /// - Parameters:
    ///   - restsFor: how long a key still rests, `nil` when it does not.
    ///   - seed: the request's share of chance.
    /// - Throws: `modelNotFound`; `noCandidate` when all rest; `malformedRequest` when none can take what is asked.
    public func route(
        _ name: String, needs: RequestNeeds, seed: UInt64, restsFor: (CooldownKey) -> Duration?
    ) throws(GatewayError) -> Route {
        guard let target = target(of: name) else {
            throw .modelNotFound(name: name, suggestions: suggestions(for: name))
        }
        var chance = SplitMix64(seed: seed)
        let all = candidates(of: target, chance: &chance)
        guard !all.isEmpty else { throw .modelNotFound(name: name, suggestions: suggestions(for: name)) }
        let able = all.filter { $0.canTake(needs) }
        guard !able.isEmpty else { throw Self.unable(name, needs) }
        var shortest: Duration?
        let awake = able.filter { candidate in
            guard let rest = candidate.rest(restsFor) else { return true }
            shortest = min(shortest ?? rest, rest)
            return false
        }
        guard !awake.isEmpty else { throw .noCandidate(retryAfter: shortest ?? .zero) }
        return Route(
            name: target.name, strategy: target.strategy, candidates: awake,
            maxAttempts: awake[0].settings.maxAttempts ?? 1)
    }

    /// What `name` reaches, as `GET /v1/models/{id}` shows it.
    public func offered(_ name: String) -> OfferedModel? {
        guard let target = target(of: name) else { return nil }
        return models.first { $0.id == target.name } ?? models.first { $0.id.hasSuffix("/\(name)") }
    }

    // MARK: - Names

    private struct Target {
        var name: String
        var members: [RotationConfiguration.Member]
        var strategy: RotationConfiguration.Strategy = .weighted
        var settings = RouteSettings()
    }

    private func target(of name: String) -> Target? {
        if let slash = name.firstIndex(of: "/") {
            let (prefix, rest) = (String(name[..<slash]), String(name[name.index(after: slash)...]))
            if prefix == "rotation" || prefix == "rotations", let rotation = rotations[rest] { return target(rotation) }
            if let provider = providers[prefix], provider.offers(rest) {
                return Target(name: name, members: [.init(provider: prefix, model: rest)])
            }
        }
        if let rotation = rotations[name] { return target(rotation) }
        if let members = offers[name] { return Target(name: name, members: members) }
        return nil
    }

    private func target(_ rotation: RotationConfiguration) -> Target {
        Target(
            name: "rotation/\(rotation.name)", members: rotation.members, strategy: rotation.strategy,
            settings: rotation.settings)
    }

    /// At most three names that `name` may have been meant to be.
    public func suggestions(for name: String) -> [String] { NearNames.nearest(to: name, among: models.map(\.id)) }

    // MARK: - Order

    private func candidates(of target: Target, chance: inout SplitMix64) -> [Candidate] {
        let members =
            target.strategy == .priority ? target.members : chance.shuffled(target.members, weight: \.weight)
        var result: [Candidate] = []
        for member in members {
            guard let provider = providers[member.provider], provider.offers(member.model) else { continue }
            let model = provider.models.first { $0.name == member.model } ?? ModelConfiguration(name: member.model)
            let settings = target.settings.or(provider.timeouts).or(.builtIn)
            let credentials =
                provider.credentials.count > 1
                ? chance.shuffled(provider.credentials, weight: \.weight)
                : provider.credentials.isEmpty ? [.absent] : provider.credentials
            for credential in credentials {
                result.append(Candidate(provider: provider, credential: credential, model: model, settings: settings))
            }
        }
        return result
    }

    private static func unable(_ name: String, _ needs: RequestNeeds) -> GatewayError {
        var wants: [String] = []
        if needs.tools { wants.append("tools") }
        if needs.vision { wants.append("images") }
        if needs.audio { wants.append("audio") }
        if needs.jsonSchema { wants.append("a JSON schema") }
        wants.append("about \(needs.promptTokens) prompt tokens")
        return .malformedRequest(
            message: "No model behind '\(name)' can take this request (\(wants.joined(separator: ", "))).",
            parameter: "model", code: "unsupported_by_model")
    }
}

extension Credential {
    /// What a provider without keys is called with.
    static let absent = Credential(id: "none", key: CredentialKey(""))
}

extension ProviderConfiguration {
    /// A provider that lists no models is asked for any.
    func offers(_ model: String) -> Bool {
        !model.isEmpty && (models.isEmpty || models.contains { $0.name == model })
    }
}
