internal import ClusterState
internal import Configuration
internal import GatewayTypes
internal import JSON

/// `/tiers`. What the configuration file defines is read-only here.
extension AdminAPI {
    func listTiers(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        let rest = try await shownTiers().filter { $0.tier.name > after }
        let next = rest.count > limit ? rest[limit - 1].tier.name : nil
        return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    func showTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        .tier(try await shownTier(request.names[0]))
    }

    func createTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        var body = try await request.body(["id", "limits", "managed_by", "version"])
        let name = body.required("id", FieldKind.string)
        let limits = body.optional("limits", FieldKind.limits)
        try body.check()
        guard let name else { throw .fault(cause: "a checked field is missing") }
        var answer = try await put(TierConfiguration(name: name, limits: limits ?? Limits()), .creates, request)
        answer.made(at: "/tiers/\(name)")
        return answer
    }

    func putTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let name = request.names[0]
        try refuseManaged(tier: name)
        var body = try await request.body(["id", "limits", "managed_by", "version", "config_version"])
        let limits = body.required("limits", FieldKind.limits)
        if let id = body.optional("id", FieldKind.string), id != name { body.refuse("id", "must be that of the path") }
        try body.check()
        return try await put(TierConfiguration(name: name, limits: limits ?? Limits()), .either, request)
    }

    /// The limits are merged: null takes one away.
    func changeTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let name = request.names[0]
        try refuseManaged(tier: name)
        let old = try await shownTier(name).tier
        let patch = try await request.tree().ownFields(of: name)
        for (field, _) in patch.members where field != "limits" {
            throw .invalid([FieldFault(field: field, message: "is not a field of this resource")])
        }
        let now = (try? JSONTree(parsing: JSONWriter.bytes { old.limits.write(to: &$0) })) ?? .object([])
        let merged = patch["limits"].map { now.merging($0) } ?? now
        let limits: Limits
        do throws(ControlStoreError) { limits = try Limits(tree: merged) } catch { throw Problem(error, of: "tier") }
        return try await put(TierConfiguration(name: name, limits: limits), .replaces, request)
    }

    func deleteTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let name = request.names[0]
        try refuseManaged(tier: name)
        do throws(ControlStoreError) {
            try await store.deleteTier(name, at: IfMatch(request)?.versions)
        } catch .conflict {
            throw .conflict(FieldFault(field: "id", message: "is a tier that users are under"))
        } catch { throw Problem(error, of: "tier") }
        return .nothing
    }

    // MARK: -

    private func put(
        _ tier: TierConfiguration, _ how: ControlStore.TierWrite, _ request: AdminRequest
    ) async throws(Problem) -> AdminAnswer {
        try refuseManaged(tier: tier.name)
        do throws(ControlStoreError) {
            return .tier(ShownTier(try await store.putTier(tier, how, at: IfMatch(request)?.versions)))
        } catch { throw Problem(error, of: "tier") }
    }

    private func shownTier(_ name: String) async throws(Problem) -> ShownTier {
        guard let tier = try await shownTiers().first(where: { $0.tier.name == name }) else {
            throw Problem(ControlStoreError.notFound, of: "tier")
        }
        return tier
    }

    private func shownTiers() async throws(Problem) -> [ShownTier] {
        let configured = store.configuredTiers.all
        let stored: [StoredTier]
        do throws(ControlStoreError) { stored = try await store.tiers() } catch { throw Problem(error, of: "tier") }
        let rest = stored.filter { stored in !configured.contains { $0.name == stored.tier.name } }
        return (configured.map { ShownTier(tier: $0, owner: .file) } + rest.map { ShownTier($0) })
            .sorted { $0.tier.name < $1.tier.name }
    }

    private func refuseManaged(tier name: String) throws(Problem) {
        guard store.configuredTiers.limits(of: name) == nil else {
            throw .managedByFile("The configuration file defines the tier '\(name)'. Change it there.")
        }
    }
}

/// A tier as the API shows it.
private struct ShownTier: Sendable {
    var tier: TierConfiguration
    var owner: ConfigurationOwner
    /// `nil` for what is not stored.
    var version: Int?

    func write(to json: inout JSONWriter) {
        tier.write(to: &json)
        json.member("managed_by", owner.rawValue)
        json.member("version", orNull: version)
    }
}

extension ShownTier {
    init(_ stored: StoredTier) { self.init(tier: stored.tier, owner: .store, version: stored.version) }
}

extension AdminAnswer {
    fileprivate static func tier(_ row: ShownTier) -> AdminAnswer { .row(version: row.version, row.write) }
}

extension Limits {
    fileprivate init(tree: JSONTree) throws(ControlStoreError) {
        guard let json = try? JSONValue.parse(tree.bytes) else {
            throw .invalid(field: "limits", message: "must be an object")
        }
        try self.init(json: json)
    }
}
