public import GatewayTypes
internal import SQLDatabase

extension ControlStore {
    /// In order of name. What the configuration file defines is not among them.
    public func tiers() async throws(ControlStoreError) -> [TierConfiguration] {
        try await read { connection throws(SQLError) in
            var tiers: [TierConfiguration] = []
            try connection.each("SELECT name, limits FROM tiers ORDER BY name") { row throws(SQLError) in
                tiers.append(
                    TierConfiguration(name: try row.text("name"), limits: try Limits(column: row.text("limits"))))
            }
            return tiers
        }
    }

    /// Makes the tier or replaces its limits.
    public func putTier(_ tier: TierConfiguration) async throws(ControlStoreError) {
        guard (1...64).contains(tier.name.utf8.count), !tier.name.contains(":"),
            !tier.name.utf8.contains(where: { $0 <= 32 || $0 == 127 })
        else { throw .invalid(field: "name", message: "must have 1 to 64 characters, no space and no colon") }
        let time = now()
        try await write { (connection) throws(SQLError) -> Result<Void, ControlStoreError> in
            let changed = try connection.execute(
                "UPDATE tiers SET limits = ? WHERE name = ?", .text(tier.limits.jsonText), .text(tier.name))
            if changed == 0 {
                try connection.execute(
                    "INSERT INTO tiers (name, limits, created_at) VALUES (?, ?, ?)", .text(tier.name),
                    .text(tier.limits.jsonText), .integer(time))
            }
            return .success(())
        }
    }

    /// - Throws: `conflict(field: "users")` while users are under it.
    public func deleteTier(_ name: String) async throws(ControlStoreError) {
        try await write { (connection) throws(SQLError) -> Result<Void, ControlStoreError> in
            if try !connection.query("SELECT id FROM users WHERE tier = ? LIMIT 1", .text(name)).isEmpty {
                return .failure(.conflict(field: "users"))
            }
            let removed = try connection.execute("DELETE FROM tiers WHERE name = ?", .text(name))
            return removed == 0 ? .failure(.notFound) : .success(())
        }
    }

    /// Whether the file or the store defines it.
    func exists(tier: String, _ connection: SQLConnection) throws(SQLError) -> Bool {
        if configuredTiers.limits(of: tier) != nil { return true }
        return try !connection.query("SELECT name FROM tiers WHERE name = ?", .text(tier)).isEmpty
    }
}
