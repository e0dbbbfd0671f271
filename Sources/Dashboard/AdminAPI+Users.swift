internal import ClusterState
internal import GatewayTypes
internal import JSON

/// `/users`. Whoever is no reader of everything sees one user, itself.
extension AdminAPI {
    func listUsers(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        do throws(ControlStoreError) {
            guard request.caller.readsAll else {
                let own = request.query["after"] == nil ? [try await store.user(request.caller.userID)] : []
                return .list(own, next: nil) { $0.writeRow(to: &$1) }
            }
            let page = try await store.users(limit: limit, after: request.query["after"])
            return .list(page.rows, next: page.next) { $0.writeRow(to: &$1) }
        } catch { throw Problem(error, of: "user") }
    }

    func showUser(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let user = try await knownUser(request)
        return .row(version: user.version) { user.writeRow(to: &$0) }
    }

    func createUser(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        var body = try await request.body(["username", "email", "password", "role", "tier", "limits"])
        let username = body.required("username", FieldKind.string)
        let role = body.required("role", FieldKind.role)
        let email = body.optional("email", FieldKind.string)
        let password = body.optional("password", FieldKind.string)
        let tier = body.optional("tier", FieldKind.string)
        let limits = body.optional("limits", FieldKind.limits)
        try body.check()
        guard let username, let role else { throw .fault(cause: "a checked field is missing") }
        let new = NewUser(
            username: username, email: email, password: password, role: role, tier: tier, limits: limits ?? Limits())
        let store = store
        let user = try await hashing(password != nil) { () async throws(ControlStoreError) in
            try await store.createUser(new)
        }
        return .made(at: "/users/\(user.id)", version: user.version) { user.writeRow(to: &$0) }
    }

    func changeUser(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let user = try await knownUser(request)
        let caller = request.caller
        guard caller.mayChange(user.id) else { throw .forbidden("Only an admin may change other users.") }
        var body = try await request.body(["email", "password", "role", "tier", "limits", "disabled"])
        var patch = UserPatch()
        patch.email = body.nullableChange("email", FieldKind.string)
        patch.password = body.change("password", FieldKind.string)
        patch.role = body.change("role", FieldKind.role)
        patch.tier = body.nullableChange("tier", FieldKind.string)
        patch.limits = body.change("limits", FieldKind.limits)
        patch.isDisabled = body.change("disabled", FieldKind.bool)
        try body.check()
        if caller.role != .admin {
            for field in ["role", "tier", "limits", "disabled"] where body.has(field) {
                throw .forbidden("Only an admin may change '\(field)'.")
            }
        } else if caller.isNamed(user.id) {
            // So there is always one admin left: the one who asks.
            if case .set(let role) = patch.role, role != .admin { throw Self.ownAccount("role") }
            if case .set(true) = patch.isDisabled { throw Self.ownAccount("disabled") }
        }
        let (store, change, expected) = (store, patch, IfMatch(request)?.versions)
        let changed = try await hashing(body.has("password")) { () async throws(ControlStoreError) in
            try await store.updateUser(user.id, change, at: expected)
        }
        return .row(version: changed.version) { changed.writeRow(to: &$0) }
    }

    func deleteUser(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let user = try await knownUser(request)
        if request.caller.isNamed(user.id) { throw Self.ownAccount("username") }
        do throws(ControlStoreError) {
            try await store.deleteUser(user.id, at: IfMatch(request)?.versions)
        } catch { throw Problem(error, of: "user") }
        return .nothing
    }

    // MARK: -

    /// The user whom the path names, if the caller may know of it.
    private func knownUser(_ request: AdminRequest) async throws(Problem) -> StoredUser {
        do throws(ControlStoreError) {
            let user = try await store.user(request.names[0])
            guard request.caller.readsAll || user.id == request.caller.userID else {
                throw ControlStoreError.notFound
            }
            return user
        } catch { throw Problem(error, of: "user") }
    }

    private static func ownAccount(_ field: String) -> Problem {
        .conflict(FieldFault(field: field, message: "of your own account is for another admin to take away"))
    }

    /// Hashing a password keeps a core busy for tens of milliseconds, so it is done beside the loop.
    private func hashing(
        _ isNeeded: Bool, _ body: @escaping @Sendable () async throws(ControlStoreError) -> StoredUser
    ) async throws(Problem) -> StoredUser {
        do throws(ControlStoreError) {
            guard isNeeded else { return try await body() }
            let outcome = await Task.detached { () async -> Result<StoredUser, ControlStoreError> in
                do throws(ControlStoreError) {
                    return .success(try await body())
                } catch { return .failure(error) }
            }.value
            return try outcome.get()
        } catch { throw Problem(error, of: "user") }
    }
}

extension StoredUser {
    /// As a row of a list.
    fileprivate func writeRow(to json: inout JSONWriter) {
        write(to: &json)
        json.member("version", version)
    }
}
