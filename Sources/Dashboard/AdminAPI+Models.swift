internal import ClusterState
internal import Configuration
internal import GatewayTypes
internal import JSON

/// `/models`: what providers list, with prices. A row's id is `provider/model`; a change is one of its provider.
extension AdminAPI {
    /// In order of id. Who is no reader of everything sees what its token may use.
    func listModels(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        let provider = request.query["provider"]
        let rest = try await shownModels(to: request.caller).filter {
            $0.id > after && (provider == nil || $0.provider == provider)
        }
        let next = rest.count > limit ? rest[limit - 1].id : nil
        return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    func showModel(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let row = try await shownModels(to: request.caller).first { $0.id == request.names[0] }
        guard let row else { throw .noModel }
        return .row(version: row.version) { row.write(to: &$0) }
    }

    func createModel(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let body = try await request.tree().withoutNulls()
        guard let provider = body["provider"]?.string, let name = body["name"]?.string else {
            let missing = ["provider", "name"].filter { body[$0]?.string == nil }
            throw .invalid(missing.map { FieldFault(field: $0, message: "is missing") })
        }
        var answer = try await write(provider, name, body, .creates, request)
        answer.made(at: "/models/\(provider)/\(name)")
        return answer
    }

    func putModel(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let (provider, name) = try Self.place(request)
        return try await write(provider, name, try await request.tree().withoutNulls(), .puts, request)
    }

    func changeModel(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let (provider, name) = try Self.place(request)
        return try await write(provider, name, try await request.tree(), .merges, request)
    }

    func deleteModel(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let (provider, name) = try Self.place(request)
        try refuseManaged(.provider, provider)
        let (edit, match) = (ConfigurationEdit(composer: configuration.composer), IfMatch(request))
        try await self.edit { stored in
            guard var body = stored.object(.provider, provider)?.body,
                let before = body["models"]?.elements.first(where: { $0["name"]?.string == name })
            else { return .failure(.noModel) }
            let old = stored
            if let problem = match?.refusal(of: old.version(of: provider)) { return .failure(problem) }
            body["models"] = .array((body["models"]?.elements ?? []).filter { $0["name"]?.string != name })
            stored.put(.provider, provider, body)
            if let problem = edit.refusal(of: .provider, provider, from: old, to: stored) { return .failure(problem) }
            return .success(ObjectChange(.delete, .model, "\(provider)/\(name)", before: before, after: nil))
        }
        return .nothing
    }

    // MARK: -

    private static func place(_ request: AdminRequest) throws(Problem) -> (provider: String, name: String) {
        let parts = request.names[0].split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { throw .noModel }
        return (String(parts[0]), String(parts[1]))
    }

    private func shownModels(to caller: Caller) async throws(Problem) -> [ShownModel] {
        configuration.shown(.provider, try await stored()).flatMap { provider in
            (provider.fields["models"]?.elements ?? []).compactMap { ShownModel($0, of: provider) }
        }.filter { caller.readsAll || caller.mayUse($0.id) }.sorted { $0.id < $1.id }
    }

    private func write(
        _ provider: String, _ name: String, _ body: JSONTree, _ how: HowToWrite, _ request: AdminRequest
    ) async throws(Problem) -> AdminAnswer {
        try refuseManaged(.provider, provider)
        let given = try ShownModel.ownFields(of: body, provider, name)
        let (edit, match) = (ConfigurationEdit(composer: configuration.composer), IfMatch(request))
        let stored = try await self.edit { stored in
            guard var object = stored.object(.provider, provider)?.body else {
                let fault = FieldFault(field: "provider", message: "is no provider that is stored here")
                return .failure(how == .creates ? .invalid([fault]) : .noModel)
            }
            let old = stored
            var models = object["models"]?.elements ?? []
            let position = models.firstIndex { $0["name"]?.string == name }
            let before = position.map { models[$0] }
            if how == .creates, before != nil {
                return .failure(.conflict(FieldFault(field: "name", message: "is a model of this provider already")))
            }
            if how == .merges, before == nil { return .failure(.noModel) }
            let version = before == nil ? nil : old.version(of: provider)
            if let problem = match?.refusal(of: version) { return .failure(problem) }
            let after = how == .merges ? (before ?? .object([])).merging(given) : given
            if let position { models[position] = after } else { models.append(after) }
            object["models"] = .array(models)
            stored.put(.provider, provider, object)
            let prefix = "models[\(position ?? models.count - 1)]."
            let problem = edit.refusal(of: .provider, provider, from: old, to: stored) { field in
                field.hasPrefix(prefix) ? String(field.dropFirst(prefix.count)) : field
            }
            if let problem { return .failure(problem) }
            return .success(
                ObjectChange(
                    before == nil ? .create : .update, .model, "\(provider)/\(name)", before: before, after: after))
        }
        let shown = stored.object(.provider, provider).map { ShownObject($0, in: stored) }
        let row = shown.flatMap { shown in
            shown.fields["models"]?.elements.first { $0["name"]?.string == name }
                .flatMap { ShownModel($0, of: shown) }
        }
        guard let row else { throw .fault(cause: "what was stored is not there") }
        return .row(version: row.version) { row.write(to: &$0) }
    }
}

extension StoredObjects {
    /// What `If-Match` of a model names.
    fileprivate func version(of provider: String) -> Int? {
        object(.provider, provider).flatMap { ShownObject($0, in: self).version }
    }
}

extension Problem {
    fileprivate static let noModel = Problem.notFound("There is no such model; ids are PROVIDER/MODEL.")
}
