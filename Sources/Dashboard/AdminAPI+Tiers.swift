internal import ClusterState
internal import GatewayTypes
internal import JSON

/// `/tiers`. What the configuration file defines is read-only here.
extension AdminAPI {
    func listTiers(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        do throws(ControlStoreError) {
            let rest = try await store.tiers().filter { $0.name > after }
            let next = rest.count > limit ? rest[limit - 1].name : nil
            return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
        } catch { throw Problem(error, of: "tier") }
    }

    func showTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let name = request.names[0]
        if let limits = store.configuredTiers.limits(of: name) {
            return .row { TierConfiguration(name: name, limits: limits).write(to: &$0) }
        }
        do throws(ControlStoreError) {
            guard let tier = try await store.tiers().first(where: { $0.name == name }) else {
                throw ControlStoreError.notFound
            }
            return .row { tier.write(to: &$0) }
        } catch { throw Problem(error, of: "tier") }
    }

    func putTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let name = try storedName(request)
        var body = try await request.body(["id", "limits"])
        let limits = body.required("limits", FieldKind.limits)
        if let id = body.optional("id", FieldKind.string), id != name { body.refuse("id", "must be that of the path") }
        try body.check()
        let tier = TierConfiguration(name: name, limits: limits ?? Limits())
        do throws(ControlStoreError) {
            try await store.putTier(tier)
        } catch { throw Problem(error, of: "tier") }
        return .row { tier.write(to: &$0) }
    }

    func deleteTier(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let name = try storedName(request)
        do throws(ControlStoreError) {
            try await store.deleteTier(name)
        } catch .conflict {
            throw .conflict(FieldFault(field: "id", message: "is a tier that users are under"))
        } catch { throw Problem(error, of: "tier") }
        return .nothing
    }

    private func storedName(_ request: AdminRequest) throws(Problem) -> String {
        let name = request.names[0]
        guard store.configuredTiers.limits(of: name) == nil else {
            throw .managedByFile("The configuration file defines the tier '\(name)'. Change it there.")
        }
        return name
    }
}

extension TierConfiguration {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("id", name)
        json.member("limits", limits: limits)
    }
}
