public import GatewayTypes

/// Resolves names to candidates over one configuration snapshot. Pure: cooldowns and chance come in as arguments, so the
/// same arguments always give the same route.
public struct RouteTable: Sendable {
    /// What `rotation/x` and `provider/model` lead to.
    private let qualified: [String: Target]
    /// Providers that list no models and are asked for any.
    private let open: [String: ProviderConfiguration]
    /// What a rotation's own name leads to, and a model's: every enabled provider that lists it, in configured order.
    private let bare: [String: Target]
    /// Every name a caller can be offered, in configured order.
    public let models: [OfferedModel]

    public init(_ configuration: GatewayConfiguration) {
        let enabled = configuration.providers.filter(\.isEnabled)
        let providers = Dictionary(enabled.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        open = providers.filter { $0.value.models.isEmpty }
        let rotations = configuration.rotations.map { ($0.name, Target($0, providers)) }
        var bare: [String: Target] = [:]
        var qualified: [String: Target] = [:]
        for provider in enabled {
            for model in provider.models {
                guard let member = Target.Member(provider, model.name) else { continue }
                bare[model.name, default: Target(name: model.name)].members.append(member)
                let name = "\(provider.id)/\(model.name)"
                if qualified[name] == nil { qualified[name] = Target(name: name, members: [member]) }
            }
        }
        for (name, target) in rotations.reversed() {  // of two with one name the first counts
            bare[name] = target
            for prefix in ["rotation", "rotations"] { qualified["\(prefix)/\(name)"] = target }
        }
        self.bare = bare
        self.qualified = qualified
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
        let able = all.allSatisfy { $0.canTake(needs) } ? all : all.filter { $0.canTake(needs) }
        guard !able.isEmpty else { throw Self.unable(name, needs, all) }
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

    private func target(of name: String) -> Target? {
        if let target = qualified[name] { return target }
        if !open.isEmpty, let slash = name.firstIndex(of: "/") {
            let model = String(name[name.index(after: slash)...])
            if let provider = open[String(name[..<slash])], let member = Target.Member(provider, model) {
                return Target(name: name, members: [member])
            }
        }
        return bare[name]
    }

    /// At most three names that `name` may have been meant to be.
    public func suggestions(for name: String) -> [String] { NearNames.nearest(to: name, among: models.map(\.id)) }

    // MARK: - Order

    private func candidates(of target: Target, chance: inout SplitMix64) -> [Candidate] {
        let members =
            target.strategy == .priority ? target.members : chance.shuffled(target.members) { $0.weight }
        var result: [Candidate] = []
        result.reserveCapacity(members.reduce(0) { $0 + $1.candidates.count })
        for member in members {
            if member.candidates.count > 1 {
                result += chance.shuffled(member.candidates) { $0.credential.weight }
            } else {
                result += member.candidates
            }
        }
        return result
    }

    private static func unable(_ name: String, _ needs: RequestNeeds, _ all: [Candidate]) -> GatewayError {
        guard all.contains(where: { $0.canBeAsked(needs) }) else {
            if let only = needs.only { return only.refusal(of: name) }
            return .malformedRequest(
                message: "No model behind '\(name)' can be asked for \(needs.operation.words) in this way.",
                parameter: "model", code: "unsupported_by_model")
        }
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
