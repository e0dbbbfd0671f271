internal import GatewayTypes
internal import SQLDatabase

extension UsageLedger {
    /// What each token and user has used in the minute, day and month of `time`: in UTC, and besides in every zone that the
    /// limits of tokens, users and tiers name.
    /// - Parameter configured: zones of limits that are not in the store.
    func limitSeeds(
        at time: Int64, configuredZones configured: Set<String> = []
    ) async throws(ControlStoreError) -> [LimitSeed] {
        try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.read { connection throws(SQLError) in
                var seeds: [LimitSeed] = []
                let zones = try configured.union(Self.storedZones(connection))
                for zone in [nil] + zones.map(Optional.some) {
                    seeds += try Self.seeds(at: time, in: zone, connection)
                }
                return seeds
            }
        }
    }

    private static func seeds(
        at time: Int64, in zone: String?, _ connection: SQLConnection
    ) throws(SQLError) -> [LimitSeed] {
        var seeds: [LimitLedger.Owner: LimitSeed] = [:]
        let windows: [(WritableKeyPath<LimitSeed, LimitSeed.Sum>, CalendarWindow)] = [
            (\.minute, .minute(containing: time)), (\.day, .day(containing: time, in: zone)),
            (\.month, .month(containing: time, in: zone)),
        ]
        for (owner, column) in [(LimitOwner.token, "token_id"), (.user, "user_id")] {
            for (sum, window) in windows {
                try connection.each(sums(by: column), [.integer(window.start)]) { row throws(SQLError) in
                    guard let id = try row.optionalText("id") else { return }
                    let key = LimitLedger.Owner(kind: owner, id: id)
                    var seed = seeds[key] ?? LimitSeed(owner: owner, id: id, zone: zone, time: time)
                    seed[keyPath: sum] = LimitSeed.Sum(
                        requests: try row.int("requests"), tokens: try row.int("tokens"),
                        cost: USD(picodollars: Int64(try row.optionalInt("cost") ?? 0)))
                    seeds[key] = seed
                }
            }
        }
        return Array(seeds.values)
    }

    private static func storedZones(_ connection: SQLConnection) throws(SQLError) -> Set<String> {
        var zones: Set<String> = []
        for table in ["tokens", "users", "tiers"] {
            let sql = "SELECT DISTINCT limits FROM \(table) WHERE limits LIKE '%\"zone\"%'"
            for row in try connection.query(sql) {
                if let zone = try Limits(column: row.text("limits")).zone { zones.insert(zone) }
            }
        }
        return zones
    }

    private static func sums(by column: String) -> String {
        """
        SELECT \(column) AS id, COUNT(*) AS requests, SUM(prompt_tokens + completion_tokens) AS tokens, SUM(cost) AS cost
        FROM requests WHERE time >= ? GROUP BY \(column)
        """
    }
}
