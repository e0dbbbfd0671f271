internal import ClusterState
internal import Configuration
internal import GatewayTypes
internal import HTTPTypes
internal import JSON

/// `/credentials`: the keys of providers. A key is written and never read back; a row's id is `provider/credential`.
extension AdminAPI {
    func listCredentials(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        let provider = request.query["provider"]
        let rest = try await shownCredentials().filter {
            $0.id > after && (provider == nil || $0.provider == provider)
        }
        let next = rest.count > limit ? rest[limit - 1].id : nil
        return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    func showCredential(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let row = try await shownCredentials().first { $0.id == request.names[0] }
        guard let row else { throw .noCredential }
        return .credential(row)
    }

    func createCredential(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let body = try await request.tree().withoutNulls()
        guard let provider = body["provider"]?.string else {
            throw .invalid([FieldFault(field: "provider", message: "is missing: it is the id of a provider")])
        }
        let stated = (body["credential"] ?? body["id"])?.string ?? "default"
        let name = stated.hasPrefix(provider + "/") ? String(stated.dropFirst(provider.count + 1)) : stated
        var answer = try await write(provider, name, body, .creates, request)
        answer.made(at: "/credentials/\(provider)/\(name)")
        return answer
    }

    func putCredential(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let (provider, name) = try Self.place(request)
        return try await write(provider, name, try await request.tree().withoutNulls(), .puts, request)
    }

    func changeCredential(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let (provider, name) = try Self.place(request)
        return try await write(provider, name, try await request.tree(), .merges, request)
    }

    func deleteCredential(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let (provider, name) = try Self.place(request)
        try refuseManaged(.provider, provider)
        let match = IfMatch(request)
        try await edit { stored in
            guard let old = stored.credential(provider, name) else { return .failure(.noCredential) }
            if let problem = match?.refusal(of: old.version) { return .failure(problem) }
            stored.removeCredential(provider, name)
            let before = ShownCredential(old).tree(isKeySet: false)
            return .success(ObjectChange(.delete, .credential, "\(provider)/\(name)", before: before, after: nil))
        }
        return .nothing
    }

    // MARK: -

    private static func place(_ request: AdminRequest) throws(Problem) -> (provider: String, name: String) {
        let parts = request.names[0].split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { throw .noCredential }
        return (String(parts[0]), String(parts[1]))
    }

    private func shownCredentials() async throws(Problem) -> [ShownCredential] {
        let file = configuration.file
        let stored = try await stored().credentials.filter { file.owner(of: .provider, $0.provider) == nil }
        let rows = file.configuration.providers.flatMap { provider in
            provider.credentials.map { ShownCredential(provider: provider.id, name: $0.id, weight: $0.weight) }
        }
        return (rows + stored.map { ShownCredential($0) }).sorted { $0.id < $1.id }
    }

    private func write(
        _ provider: String, _ name: String, _ body: JSONTree, _ how: HowToWrite, _ request: AdminRequest
    ) async throws(Problem) -> AdminAnswer {
        try refuseManaged(.provider, provider)
        let change = try credentialEdit(provider, name, body, how)
        let (edit, match) = (ConfigurationEdit(composer: configuration.composer), IfMatch(request))
        let stored = try await self.edit { stored in
            guard stored.object(.provider, provider) != nil else {
                let fault = FieldFault(field: "provider", message: "is no provider that is stored here")
                return .failure(how == .creates ? .invalid([fault]) : .noCredential)
            }
            let old = stored
            let before = stored.credential(provider, name)
            if how == .creates, before != nil {
                return .failure(.conflict(FieldFault(field: "credential", message: "is in use already")))
            }
            if how == .merges, before == nil { return .failure(.noCredential) }
            if let problem = match?.refusal(of: before?.version) { return .failure(problem) }
            if before == nil, change.key == nil {
                return .failure(.invalid([FieldFault(field: "api_key", message: "is missing")]))
            }
            stored.put(change, of: provider)
            if let problem = edit.refusal(of: .provider, provider, from: old, to: stored) { return .failure(problem) }
            let after = stored.credential(provider, name).map {
                ShownCredential($0).tree(isKeySet: change.key != nil)
            }
            return .success(
                ObjectChange(
                    before == nil ? .create : .update, .credential, "\(provider)/\(name)",
                    before: before.map { ShownCredential($0).tree(isKeySet: false) }, after: after))
        }
        guard let row = stored.credential(provider, name) else { throw .fault(cause: "what was stored is not there") }
        return .credential(ShownCredential(row))
    }

    private func credentialEdit(
        _ provider: String, _ name: String, _ body: JSONTree, _ how: HowToWrite
    ) throws(Problem) -> CredentialEdit {
        var faults: [FieldFault] = []
        let known = ShownObject.readOnlyFields.union(["provider", "credential", "api_key", "weight"])
        for (field, _) in body.members where !known.contains(field) {
            faults.append(FieldFault(field: field, message: "is not a field of this resource"))
        }
        if let stated = body["provider"], stated.string != provider {
            faults.append(FieldFault(field: "provider", message: "must be that of the path"))
        }
        if let stated = body["credential"], stated.string != name {
            faults.append(FieldFault(field: "credential", message: "must be that of the path"))
        }
        if let fault = StoredRules.fault(ofName: name) {
            faults.append(FieldFault(field: "credential", message: fault))
        }
        var edit = CredentialEdit(id: name)
        if let key = body["api_key"] {
            edit.key = try ProviderKeys.sealed(key, "api_key", provider, name, vault, &faults)
        }
        if let weight = body["weight"] {
            edit.weight = ProviderKeys.weight(weight, "weight", &faults)
        } else if how == .puts {
            edit.weight = 1
        }
        if !faults.isEmpty { throw .invalid(faults) }
        return edit
    }
}

extension AdminAnswer {
    fileprivate static func credential(_ row: ShownCredential) -> AdminAnswer {
        .row(version: row.version) { row.write(to: &$0) }
    }
}

extension Problem {
    fileprivate static let noCredential = Problem.notFound("There is no such credential; ids are PROVIDER/CREDENTIAL.")
}
