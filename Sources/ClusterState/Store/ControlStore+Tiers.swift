public import GatewayTypes
public import JSON
internal import SQLDatabase

extension ControlStore {
    /// In order of name. What the configuration file defines is not among them.
    public func tiers() async throws(ControlStoreError) -> [StoredTier] {
        try await read { connection throws(SQLError) in
            var tiers: [StoredTier] = []
            try connection.each(StoredTier.select + " ORDER BY name") { row throws(SQLError) in
                tiers.append(try StoredTier(row))
            }
            return tiers
        }
    }

    /// Whether a write makes, replaces, or does either.
    public enum TierWrite: Sendable { case creates, replaces, either }

    /// Makes the tier or replaces its limits.
    /// - Parameter expected: the versions that may be replaced; `nil` for all, and where there is none.
    /// - Throws: `invalid`; `conflict(field: "id")` where it should be made and is there, `notFound` where it is not; `changed`.
    @discardableResult
    public func putTier(
        _ tier: TierConfiguration, _ how: TierWrite = .either, at expected: [Int]? = nil
    ) async throws(ControlStoreError) -> StoredTier {
        guard (1...64).contains(tier.name.utf8.count), !tier.name.contains(":"),
            !tier.name.utf8.contains(where: { $0 <= 32 || $0 == 127 })
        else { throw .invalid(field: "name", message: "must have 1 to 64 characters, no space and no colon") }
        let time = now()
        return try await write { connection, number throws(SQLError) in
            let new = StoredTier(tier: tier, version: number)
            guard let old = try Self.tier(tier.name, connection) else {
                if how == .replaces { return .failure(.notFound) }
                if let refusal = Self.refusal(of: nil, unless: expected) { return .failure(refusal) }
                try connection.execute(
                    "INSERT INTO tiers (name, limits, created_at) VALUES (?, ?, ?)", .text(tier.name),
                    .text(tier.limits.jsonText), .integer(time))
                return .success(Written(new, ChangeDraft(created: tier)))
            }
            if how == .creates { return .failure(.conflict(field: "id")) }
            if let refusal = Self.refusal(of: old.version, unless: expected) { return .failure(refusal) }
            try connection.execute(
                "UPDATE tiers SET limits = ? WHERE name = ?", .text(tier.limits.jsonText), .text(tier.name))
            return .success(Written(new, ChangeDraft(from: old.tier, to: tier)))
        }
    }

    /// - Throws: `conflict(field: "users")` while users are under it.
    public func deleteTier(_ name: String, at expected: [Int]? = nil) async throws(ControlStoreError) {
        try await write { (connection, _) throws(SQLError) -> Result<Written<Void>, ControlStoreError> in
            guard let old = try Self.tier(name, connection) else { return .failure(.notFound) }
            if let refusal = Self.refusal(of: old.version, unless: expected) { return .failure(refusal) }
            if try !connection.query("SELECT id FROM users WHERE tier = ? LIMIT 1", .text(name)).isEmpty {
                return .failure(.conflict(field: "users"))
            }
            try connection.execute("DELETE FROM tiers WHERE name = ?", .text(name))
            return .success(Written((), ChangeDraft(deleted: old.tier)))
        }
    }

    private static func tier(_ name: String, _ connection: SQLConnection) throws(SQLError) -> StoredTier? {
        guard let row = try connection.query(StoredTier.select + " WHERE name = ?", .text(name)).first else {
            return nil
        }
        return try StoredTier(row)
    }

    /// Whether the file or the store defines it.
    func exists(tier: String, _ connection: SQLConnection) throws(SQLError) -> Bool {
        if configuredTiers.limits(of: tier) != nil { return true }
        return try !connection.query("SELECT name FROM tiers WHERE name = ?", .text(tier)).isEmpty
    }
}

extension TierConfiguration: Audited {
    static let changeKind = ChangeKind.tier
    var changeObject: String { name }

    /// The members of a row of `/tiers`, but for who manages it.
    public func write(to json: inout JSONWriter) {
        json.member("id", name)
        json.member("limits", limits: limits)
    }
}
