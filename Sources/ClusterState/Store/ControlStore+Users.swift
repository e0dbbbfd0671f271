internal import Crypto
internal import GatewayTypes
internal import SQLDatabase

extension ControlStore {
    /// - Throws: `invalid`, `conflict(field: "username")`.
    public func createUser(_ new: NewUser) async throws(ControlStoreError) -> StoredUser {
        try Self.check(username: new.username)
        try Self.check(email: new.email)
        let hash = try new.password.map { (password) throws(ControlStoreError) in try Self.hash(password) }
        let id = UUIDv7.make()
        let time = now()
        return try await write { connection, number throws(SQLError) in
            if let tier = new.tier, try !exists(tier: tier, connection) { return .failure(.unknownTier) }
            try connection.execute(
                """
                INSERT INTO users (id, username, email, password_hash, role, tier, limits, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, .text(id), .text(new.username), SQLValue(new.email), SQLValue(hash), .text(new.role.rawValue),
                SQLValue(new.tier), .text(new.limits.jsonText), .integer(time))
            return try Self.user(id, connection).map {
                Written($0, ChangeDraft(created: $0), version: number)
            }
        }
    }

    /// - Parameter user: a username or an id.
    public func user(_ user: String) async throws(ControlStoreError) -> StoredUser {
        try await read { connection throws(SQLError) in try Self.user(user, connection) }.get()
    }

    /// Oldest first.
    public func users(limit: Int = 100, after: String? = nil) async throws(ControlStoreError) -> Page<StoredUser> {
        let limit = Self.clamped(limit)
        let rows = try await read { connection throws(SQLError) in
            var rows: [StoredUser] = []
            try connection.each(
                StoredUser.select + " WHERE id > ? ORDER BY id LIMIT ?", [.text(after ?? ""), SQLValue(limit + 1)]
            ) { row throws(SQLError) in rows.append(try StoredUser(row)) }
            return rows
        }
        return Self.page(rows, limit: limit, cursor: \.id)
    }

    /// - Parameters:
    ///   - user: a username or an id.
    ///   - expected: the versions that the patch is meant for; `nil` for all.
    /// - Throws: `changed`.
    public func updateUser(
        _ user: String, _ patch: UserPatch, at expected: [Int]? = nil
    ) async throws(ControlStoreError) -> StoredUser {
        if case .set(let email) = patch.email { try Self.check(email: email) }
        var hash: String?
        if case .set(let password) = patch.password { hash = try Self.hash(password) }
        let (newHash, time) = (hash, now())
        return try await write { connection, number throws(SQLError) in
            guard case .success(let old) = try Self.user(user, connection) else { return .failure(.notFound) }
            if let refusal = Self.refusal(of: old.version, unless: expected) { return .failure(refusal) }
            let tier = patch.tier.applied(to: old.tier)
            if let tier, tier != old.tier, try !exists(tier: tier, connection) { return .failure(.unknownTier) }
            var disabledAt = old.disabledAt
            if case .set(let isDisabled) = patch.isDisabled { disabledAt = isDisabled ? disabledAt ?? time : nil }
            try connection.execute(
                """
                UPDATE users SET email = ?, role = ?, tier = ?, limits = ?, disabled_at = ?,
                    password_hash = COALESCE(?, password_hash) WHERE id = ?
                """, SQLValue(patch.email.applied(to: old.email)), .text(patch.role.applied(to: old.role).rawValue),
                SQLValue(tier), .text(patch.limits.applied(to: old.limits).jsonText), SQLValue(disabledAt),
                SQLValue(newHash), .text(old.id))
            return try Self.user(old.id, connection).map { new in
                let change = ChangeDraft(from: old, to: new, secrets: newHash == nil ? [] : ["password"])
                return Written(new, change, version: number)
            }
        }
    }

    /// Removes the user with all tokens; rows of the ledger stay.
    public func deleteUser(_ user: String, at expected: [Int]? = nil) async throws(ControlStoreError) {
        try await write { (connection, _) throws(SQLError) -> Result<Written<Void>, ControlStoreError> in
            guard case .success(let old) = try Self.user(user, connection) else { return .failure(.notFound) }
            if let refusal = Self.refusal(of: old.version, unless: expected) { return .failure(refusal) }
            try connection.execute("DELETE FROM tokens WHERE user_id = ?", .text(old.id))
            try connection.execute("DELETE FROM users WHERE id = ?", .text(old.id))
            return .success(Written((), ChangeDraft(deleted: old)))
        }
    }

    /// Takes as long for a name that does not exist as for a wrong password. Blocks its thread for scrypt: not for a loop.
    /// - Returns: `nil` for a wrong name or password and for a disabled user.
    public func verify(username: String, password: String) async throws(ControlStoreError) -> StoredUser? {
        let found = try await read { (connection) throws(SQLError) -> (StoredUser, String?)? in
            guard case .success(let user) = try Self.user(username, connection), user.username == username else {
                return nil
            }
            let rows = try connection.query("SELECT password_hash FROM users WHERE id = ?", .text(user.id))
            return (user, try rows.first?.optionalText("password_hash"))
        }
        let stored = found?.1
        guard let isRight = try? PasswordHash.verify(password, against: stored ?? PasswordHash.decoy) else {
            return nil
        }
        guard isRight, stored != nil, let user = found?.0, user.disabledAt == nil else { return nil }
        return user
    }

    /// Makes the first admin when the store has no user of that name.
    /// - Returns: the password where this made one up, to be shown this once; `nil` when nothing is to be shown.
    public func ensureAdmin(
        username: String = "admin", password: String? = nil
    ) async throws(ControlStoreError) -> String? {
        do throws(ControlStoreError) {
            _ = try await user(username)
            return nil
        } catch .notFound {}
        let made = password == nil ? Base64URL.encode(SecureRandom.bytes(18)) : nil
        do throws(ControlStoreError) {
            _ = try await createUser(NewUser(username: username, password: password ?? made, role: .admin))
            return made
        } catch .conflict {
            return nil  // another process was faster
        }
    }

    // MARK: -

    static func user(
        _ user: String, _ connection: SQLConnection
    ) throws(SQLError) -> Result<StoredUser, ControlStoreError> {
        let rows = try connection.query(
            StoredUser.select + " WHERE id = ? OR username = ?", .text(user), .text(user))
        guard let row = rows.first else { return .failure(.notFound) }
        return .success(try StoredUser(row))
    }

    /// Names must stand in paths (`/api/u/{username}`) and logs as they are.
    private static func check(username: String) throws(ControlStoreError) {
        let isFit = username.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "@"):
                true
            default: false
            }
        }
        guard isFit, (1...64).contains(username.utf8.count) else {
            throw .invalid(field: "username", message: "must be 1 to 64 of A-Z a-z 0-9 . _ - @")
        }
    }

    private static func check(email: String?) throws(ControlStoreError) {
        guard let email else { return }
        guard email.utf8.count <= 254, email.contains("@"), !email.hasPrefix("@"), !email.hasSuffix("@") else {
            throw .invalid(field: "email", message: "must be an e-mail address")
        }
    }

    private static func hash(_ password: String) throws(ControlStoreError) -> String {
        guard (8...1024).contains(password.utf8.count) else {
            throw .invalid(field: "password", message: "must have 8 to 1024 characters")
        }
        do throws(CryptoError) {
            return try PasswordHash.make(password)
        } catch { throw .unavailable(.outOfMemory) }
    }
}

extension ControlStoreError {
    static let unknownTier = ControlStoreError.invalid(field: "tier", message: "is no tier of this gateway")
}
