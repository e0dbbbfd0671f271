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
        let dirty = try UsageHour.dirty(connection)
        for (owner, column) in [(LimitOwner.token, "token_id"), (.user, "user_id")] {
            for (sum, window) in windows {
                for span in UsageSpan.cover(from: window.start, to: nil, dirty: dirty, hasDays: true) {
                    let (sql, values) = sums(by: column, in: span)
                    try connection.each(sql, values) { row throws(SQLError) in
                        guard let id = try row.optionalText("id") else { return }
                        let key = LimitLedger.Owner(kind: owner, id: id)
                        var seed = seeds[key] ?? LimitSeed(owner: owner, id: id, zone: zone, time: time)
                        seed[keyPath: sum].requests += try row.int("requests")
                        seed[keyPath: sum].tokens += try row.int("tokens")
                        seed[keyPath: sum].cost += USD(picodollars: Int64(try row.optionalInt("cost") ?? 0))
                        seeds[key] = seed
                    }
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

    /// - Parameter spoken: whose rows are left out, of a span of rows.
    static func sums(
        by column: String, in span: UsageSpan, without spoken: SpokenNodes = SpokenNodes()
    ) -> (sql: String, values: [SQLValue]) {
        var filter = RequestFilter()
        (filter.from, filter.to) = (span.from, span.to)
        let tokens = "SUM(prompt_tokens + completion_tokens) AS tokens, SUM(cost) AS cost"
        switch span.source {
        case .days, .hours:
            let (condition, values) = filter.hourlyCondition(
                filter.kind(wanted: UsageSumKind(column: column)), byDay: span.source == .days)
            let select = "SELECT \(column) AS id, SUM(requests) AS requests, \(tokens) FROM usage_hourly"
            return ("\(select)\(condition) GROUP BY \(column)", values)
        case .rows:
            var (condition, values) = filter.condition()
            for (node, start) in spoken.starts {
                condition += " AND NOT (node = ? AND time >= ?)"
                values += [.text(node), .integer(start)]
            }
            return (
                "SELECT \(column) AS id, COUNT(*) AS requests, \(tokens) FROM requests\(condition) GROUP BY \(column)",
                values
            )
        }
    }
}
