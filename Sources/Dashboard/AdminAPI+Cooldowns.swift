internal import ClusterState
internal import GatewayTypes
internal import JSON

/// `/cooldowns`: what rests, the longest last.
extension AdminAPI {
    /// The cursor counts rows.
    func listCooldowns(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let start = try request.query.int("after") ?? 0
        guard start >= 0 else { throw Query.invalid("after", "must be what 'next' was") }
        let rows = asked(request.query).dropFirst(start)
        let next = rows.count > limit ? String(start + limit) : nil
        return .list(rows.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    /// Ends what the query names, or all.
    func clearCooldowns(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let query = request.query
        let place = ["provider", "credential", "model"].map { query[$0] ?? "*" }.joined(separator: "/")
        do throws(ControlStoreError) {
            try await store.note(.clear, .cooldown, place)
        } catch { throw Problem(error, of: "cooldown") }
        if query["provider"] == nil, query["credential"] == nil, query["model"] == nil {
            cooldowns.clearAll()
        } else {
            for cooldown in asked(query) { cooldowns.clear(cooldown.key) }
        }
        return .nothing
    }

    private func asked(_ query: Query) -> [Cooldown] {
        cooldowns.list().filter { cooldown in
            let place = cooldown.key.place
            return (query["provider"] ?? place.provider) == place.provider
                && (query["credential"] ?? place.credential) == place.credential
                && (query["model"] ?? place.model) == place.model
        }
    }
}

extension CooldownKey {
    fileprivate var place: (provider: String, credential: String?, model: String?) {
        switch self {
        case .credentialModel(let provider, let credential, let model): (provider, credential, model)
        case .credential(let provider, let credential): (provider, credential, nil)
        case .providerModel(let provider, let model): (provider, nil, model)
        }
    }
}

extension Cooldown {
    /// Credential or model are null where the whole provider or credential rests.
    fileprivate func write(to json: inout JSONWriter) {
        let place = key.place
        json.member("provider", place.provider)
        json.member("credential", orNull: place.credential)
        json.member("model", orNull: place.model)
        json.member("until", time: until)
        json.member("reason", reason.rawValue)
    }
}
