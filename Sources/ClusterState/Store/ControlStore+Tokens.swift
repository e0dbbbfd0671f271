internal import Crypto
internal import GatewayTypes
internal import SQLDatabase

extension ControlStore {
    /// - Returns: the row, and the token's text, which is stored nowhere: show it this once.
    /// - Throws: `invalid`; `notFound` when there is no such user.
    public func createToken(_ new: NewToken) async throws(ControlStoreError) -> (row: StoredToken, text: String) {
        try Self.check(tokenName: new.name)
        try Self.check(scopes: new.scopes)
        try Self.check(addresses: new.allowedAddresses)
        let text = AccessToken.make()
        let hash = AccessToken.digest(of: text)
        let id = UUIDv7.make()
        let time = now()
        let row: StoredToken = try await write { connection, number throws(SQLError) in
            guard case .success(let user) = try Self.user(new.user, connection) else {
                return .failure(.invalid(field: "user", message: "is no user of this gateway"))
            }
            try connection.execute(
                """
                INSERT INTO tokens (id, user_id, name, hash, prefix, scopes, models, ip_allow, expires_at, limits,
                    created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, .text(id), .text(user.id), .text(new.name), .text(hash), .text(String(text.prefix(8))),
                SQLValue(scopes: new.scopes), SQLValue(strings: new.models), SQLValue(strings: new.allowedAddresses),
                SQLValue(new.expiresAt), .text(new.limits.jsonText), .integer(time))
            return try Self.token(id, connection).map {
                Written($0, ChangeDraft(created: $0), version: number)
            }
        }
        return (row, text)
    }

    public func token(_ id: String) async throws(ControlStoreError) -> StoredToken {
        try await read { connection throws(SQLError) in try Self.token(id, connection) }.get()
    }

    /// Oldest first, revoked ones too.
    /// - Parameter user: a username or an id; `nil` means everybody's.
    public func tokens(
        of user: String? = nil, limit: Int = 100, after: String? = nil
    ) async throws(ControlStoreError) -> Page<StoredToken> {
        let limit = Self.clamped(limit)
        let rows = try await read { connection throws(SQLError) in
            var rows: [StoredToken] = []
            let owner = user == nil ? "" : " AND (u.id = ? OR u.username = ?)"
            let owners = user.map { [SQLValue.text($0), .text($0)] } ?? []
            try connection.each(
                StoredToken.select + " WHERE t.id > ?\(owner) ORDER BY t.id LIMIT ?",
                [.text(after ?? "")] + owners + [SQLValue(limit + 1)]
            ) { row throws(SQLError) in rows.append(try StoredToken(row)) }
            return rows
        }
        return Self.page(rows, limit: limit, cursor: \.id)
    }

    /// - Parameter expected: the versions that the patch is meant for; `nil` for all.
    /// - Throws: `changed`.
    public func updateToken(
        _ id: String, _ patch: TokenPatch, at expected: [Int]? = nil
    ) async throws(ControlStoreError) -> StoredToken {
        if case .set(let name) = patch.name { try Self.check(tokenName: name) }
        if case .set(let scopes) = patch.scopes { try Self.check(scopes: scopes) }
        if case .set(let addresses) = patch.allowedAddresses { try Self.check(addresses: addresses) }
        return try await write { connection, number throws(SQLError) in
            guard case .success(let old) = try Self.token(id, connection) else { return .failure(.notFound) }
            if let refusal = Self.refusal(of: old.version, unless: expected) { return .failure(refusal) }
            var limits = patch.limits.applied(to: old.limits)
            limits.zone = patch.zone.applied(to: limits.zone)
            try connection.execute(
                """
                UPDATE tokens SET name = ?, scopes = ?, models = ?, ip_allow = ?, expires_at = ?, limits = ? WHERE id = ?
                """, .text(patch.name.applied(to: old.name)), SQLValue(scopes: patch.scopes.applied(to: old.scopes)),
                SQLValue(strings: patch.models.applied(to: old.models)),
                SQLValue(strings: patch.allowedAddresses.applied(to: old.allowedAddresses)),
                SQLValue(patch.expiresAt.applied(to: old.expiresAt)),
                .text(limits.jsonText), .text(id))
            return try Self.token(id, connection).map {
                Written($0, ChangeDraft(from: old, to: $0), version: number)
            }
        }
    }

    /// Keeps the row, with the time of its end; revoking twice keeps the first.
    public func revokeToken(
        _ id: String, at expected: [Int]? = nil
    ) async throws(ControlStoreError) -> StoredToken {
        let time = now()
        return try await write { connection, number throws(SQLError) in
            guard case .success(let old) = try Self.token(id, connection) else { return .failure(.notFound) }
            if let refusal = Self.refusal(of: old.version, unless: expected) { return .failure(refusal) }
            try connection.execute(
                "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", .integer(time), .text(id))
            return try Self.token(id, connection).map {
                Written($0, ChangeDraft(.revoke, from: old, to: $0), version: number)
            }
        }
    }

    // MARK: -

    static func token(
        _ id: String, _ connection: SQLConnection
    ) throws(SQLError) -> Result<StoredToken, ControlStoreError> {
        guard let row = try connection.query(StoredToken.select + " WHERE t.id = ?", .text(id)).first else {
            return .failure(.notFound)
        }
        return .success(try StoredToken(row))
    }

    private static func check(tokenName: String) throws(ControlStoreError) {
        guard (1...100).contains(tokenName.utf8.count), !tokenName.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw .invalid(field: "name", message: "must have 1 to 100 characters, none of them a control character")
        }
    }

    private static func check(scopes: Set<Caller.Scope>) throws(ControlStoreError) {
        if scopes.isEmpty { throw .invalid(field: "scopes", message: "must name at least one scope") }
    }

    private static func check(addresses: [String]) throws(ControlStoreError) {
        for address in addresses where AddressBlock(address) == nil {
            throw .invalid(field: "ip_allow", message: "'\(address)' is no address and no CIDR block")
        }
    }
}
