internal import ClusterState
internal import GatewayTypes
internal import JSON

/// `/tokens`. A token's text is in the answer to its POST and nowhere else.
extension AdminAPI {
    func listTokens(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let user = try ownOrAsked(request)
        do throws(ControlStoreError) {
            let page = try await store.tokens(of: user, limit: limit, after: request.query["after"])
            return .list(page.rows, next: page.next) { $0.writeRow(to: &$1) }
        } catch { throw Problem(error, of: "token") }
    }

    func showToken(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let token = try await knownToken(request)
        return .row(version: token.version) { token.writeRow(to: &$0) }
    }

    func createToken(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        var body = try await request.body(
            ["user", "name", "scopes", "models", "ip_allow", "expires_at", "limits", "zone"])
        let user = body.required("user", FieldKind.string)
        let name = body.required("name", FieldKind.string)
        let scopes = body.optional("scopes", FieldKind.scopes)
        let models = body.optional("models", FieldKind.strings)
        let addresses = body.optional("ip_allow", FieldKind.strings)
        let expiresAt = body.optional("expires_at", FieldKind.time)
        var limits = body.optional("limits", FieldKind.limits) ?? Limits()
        if let zone = body.optional("zone", FieldKind.zone) { limits.zone = zone }
        try body.check()
        guard let user, let name else { throw .fault(cause: "a checked field is missing") }
        guard request.caller.role == .admin || request.caller.isNamed(user) else {
            throw .forbidden("Only an admin may make tokens for other users.")
        }
        let new = NewToken(
            user: request.caller.role == .admin ? user : request.caller.userID, name: name,
            scopes: scopes ?? [.inference], models: models ?? [], allowedAddresses: addresses ?? [],
            expiresAt: expiresAt, limits: limits)
        do throws(ControlStoreError) {
            let (row, text) = try await store.createToken(new)
            return .made(at: "/tokens/\(row.id)", version: row.version) { json in
                row.writeRow(to: &json)
                json.member("token", text)
            }
        } catch { throw Problem(error, of: "user") }
    }

    func changeToken(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let token = try await changeableToken(request)
        var body = try await request.body(["name", "scopes", "models", "ip_allow", "expires_at", "limits", "zone"])
        var patch = TokenPatch()
        patch.name = body.change("name", FieldKind.string)
        patch.scopes = body.change("scopes", FieldKind.scopes)
        patch.models = body.change("models", FieldKind.strings)
        patch.allowedAddresses = body.change("ip_allow", FieldKind.strings)
        patch.expiresAt = body.nullableChange("expires_at", FieldKind.time)
        patch.limits = body.change("limits", FieldKind.limits)
        patch.zone = body.nullableChange("zone", FieldKind.zone)
        try body.check()
        do throws(ControlStoreError) {
            let changed = try await store.updateToken(token.id, patch, at: IfMatch(request)?.versions)
            return .row(version: changed.version) { changed.writeRow(to: &$0) }
        } catch { throw Problem(error, of: "token") }
    }

    /// Answers the row that stays, with the time of the token's end.
    func revokeToken(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let token = try await changeableToken(request)
        do throws(ControlStoreError) {
            let revoked = try await store.revokeToken(token.id, at: IfMatch(request)?.versions)
            return .row(version: revoked.version) { revoked.writeRow(to: &$0) }
        } catch { throw Problem(error, of: "token") }
    }

    // MARK: -

    /// Whose rows the query asks for; `nil` means everybody's. Who may only see its own asks for these, said or not.
    func ownOrAsked(_ request: AdminRequest) throws(Problem) -> String? {
        let asked = request.query["user"]
        guard !request.caller.readsAll else { return asked }
        guard asked.map(request.caller.isNamed) ?? true else { throw .forbidden("You may see only what is yours.") }
        return request.caller.userID
    }

    private func changeableToken(_ request: AdminRequest) async throws(Problem) -> StoredToken {
        let token = try await knownToken(request)
        guard request.caller.mayChange(token.userID) else {
            throw .forbidden("Only an admin may change tokens of other users.")
        }
        return token
    }

    /// The token that the path names, if the caller may know of it.
    private func knownToken(_ request: AdminRequest) async throws(Problem) -> StoredToken {
        do throws(ControlStoreError) {
            let token = try await store.token(request.names[0])
            guard request.caller.readsAll || token.userID == request.caller.userID else {
                throw ControlStoreError.notFound
            }
            return token
        } catch { throw Problem(error, of: "token") }
    }
}

extension StoredToken {
    /// As a row of a list.
    fileprivate func writeRow(to json: inout JSONWriter) {
        write(to: &json)
        json.member("version", version)
    }
}
