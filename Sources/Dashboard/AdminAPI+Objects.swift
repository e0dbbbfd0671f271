internal import ClusterState
internal import Configuration
internal import GatewayTypes
internal import HTTPTypes
internal import JSON

/// `/providers`, `/rotations`, `/autoselects`: the configuration file's fields plus `id`, kept in the store. What the file
/// defines is shown and read-only.
extension AdminAPI {
    func listObjects(_ kind: StoredObject.Kind, _ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        let rest = configuration.shown(kind, try await stored()).filter { $0.id > after }
        let next = rest.count > limit ? rest[limit - 1].id : nil
        return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    func showObject(_ kind: StoredObject.Kind, _ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let id = request.names[0]
        guard let row = configuration.shown(kind, try await stored()).first(where: { $0.id == id }) else {
            throw .noObject(kind)
        }
        return .object(row)
    }

    func createObject(_ kind: StoredObject.Kind, _ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let body = try await request.tree()
        guard let id = body["id"]?.string else {
            throw .invalid([FieldFault(field: "id", message: "is missing: it is the name used in routes")])
        }
        var answer = try await write(kind, id, body.withoutNulls(), .creates, request)
        answer.made(at: "/\(kind.rawValue)s/\(id)")
        return answer
    }

    func putObject(_ kind: StoredObject.Kind, _ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        try await write(kind, request.names[0], try await request.tree().withoutNulls(), .puts, request)
    }

    func changeObject(_ kind: StoredObject.Kind, _ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let body = try await request.tree()
        if request.caller.role != .admin, body.members.contains(where: { $0.key != "enabled" }) {
            throw .forbidden("An operator may change 'enabled' only.")
        }
        return try await write(kind, request.names[0], body, .merges, request)
    }

    func deleteObject(_ kind: StoredObject.Kind, _ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let id = request.names[0]
        try refuseManaged(kind, id)
        let (edit, match) = (ConfigurationEdit(composer: configuration.composer), IfMatch(request))
        try await self.edit { stored in
            guard let object = stored.object(kind, id) else { return .failure(.noObject(kind)) }
            let old = stored
            let before = ShownObject(object, in: old)
            if let problem = match?.refusal(of: before.version) { return .failure(problem) }
            stored.remove(kind, id)
            if let problem = edit.refusal(of: kind, id, from: old, to: stored) { return .failure(problem) }
            return .success(ObjectChange(.delete, kind.changeKind, id, before: before.tree(), after: nil))
        }
        return .nothing
    }

    // MARK: -

    enum HowToWrite: Sendable { case creates, puts, merges }

    private func write(
        _ kind: StoredObject.Kind, _ id: String, _ body: JSONTree, _ how: HowToWrite, _ request: AdminRequest
    ) async throws(Problem) -> AdminAnswer {
        try refuseManaged(kind, id)
        if let fault = StoredRules.fault(ofName: id) { throw .invalid([FieldFault(field: "id", message: fault)]) }
        var given = try body.ownFields(of: id)
        let keys = kind == .provider ? try ProviderKeys(takenFrom: &given, of: id, vault) : nil
        let (edit, match, fields) = (ConfigurationEdit(composer: configuration.composer), IfMatch(request), given)
        let stored = try await self.edit { stored in
            let old = stored
            let before = old.object(kind, id).map { ShownObject($0, in: old) }
            if how == .creates, before != nil {
                return .failure(.conflict(FieldFault(field: "id", message: "is in use already")))
            }
            if how == .merges, before == nil { return .failure(.noObject(kind)) }
            if let problem = match?.refusal(of: before?.version) { return .failure(problem) }
            stored.put(kind, id, how == .merges ? (before?.fields ?? .object([])).merging(fields) : fields)
            if let problem = keys?.apply(to: &stored, of: id) { return .failure(problem) }
            if let problem = edit.refusal(of: kind, id, from: old, to: stored) { return .failure(problem) }
            let after = stored.object(kind, id).map { ShownObject($0, in: stored) }
            return .success(
                ObjectChange(
                    before == nil ? .create : .update, kind.changeKind, id, before: before?.tree(),
                    after: after?.tree(keysSet: keys?.keysSet ?? [])))
        }
        guard let object = stored.object(kind, id) else { throw .fault(cause: "what was stored is not there") }
        return .object(ShownObject(object, in: stored))
    }

    func refuseManaged(_ kind: StoredObject.Kind, _ id: String) throws(Problem) {
        guard let owner = configuration.file.owner(of: kind, id) else { return }
        throw .managedByFile(
            owner == .file
                ? "The configuration file defines the \(kind.rawValue) '\(id)'. Change it there."
                : "The \(kind.rawValue) '\(id)' is built in and cannot be changed.")
    }

    func stored() async throws(Problem) -> StoredObjects {
        do throws(ControlStoreError) { return try await store.objects() } catch { throw Problem(error, of: "object") }
    }

    /// - Returns: what is stored afterwards.
    @discardableResult
    func edit(
        _ body: @Sendable (inout StoredObjects) -> Result<ObjectChange, Problem>
    ) async throws(Problem) -> StoredObjects {
        let outcome: Result<StoredObjects, Problem>
        do throws(ControlStoreError) {
            outcome = try await store.edit(body)
        } catch { throw Problem(error, of: "object") }
        return try outcome.get()
    }
}

extension AdminAnswer {
    static func object(_ row: ShownObject) -> AdminAnswer {
        .row(version: row.version) { row.write(to: &$0) }
    }
}

extension JSONTree {
    /// The object's fields of a body: what rows have besides may be sent back, but the id must be the one that is meant.
    func ownFields(of id: String) throws(Problem) -> JSONTree {
        if let stated = self["id"], stated.string != id {
            throw .invalid([FieldFault(field: "id", message: "must be that of the path")])
        }
        return .object(members.filter { !ShownObject.readOnlyFields.contains($0.key) })
    }
}

extension Problem {
    static func noObject(_ kind: StoredObject.Kind) -> Problem { .notFound("There is no such \(kind.rawValue).") }
}
