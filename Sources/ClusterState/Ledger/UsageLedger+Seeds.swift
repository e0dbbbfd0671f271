internal import GatewayTypes
internal import SQLDatabase

extension UsageLedger {
    /// What each token and user has used in the minute, day and month of `time`.
    func limitSeeds(at time: Int64) async throws(ControlStoreError) -> [LimitSeed] {
        let minute = CalendarWindow.minute(containing: time).start
        let day = CalendarWindow.day(containing: time).start
        let month = CalendarWindow.month(containing: time).start
        return try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.read { connection throws(SQLError) in
                var seeds: [LimitLedger.Owner: LimitSeed] = [:]
                for (owner, column) in [(LimitOwner.token, "token_id"), (.user, "user_id")] {
                    for (window, start) in [(\LimitSeed.minute, minute), (\.day, day), (\.month, month)] {
                        try connection.each(Self.sums(by: column), [.integer(start)]) { row throws(SQLError) in
                            guard let id = try row.optionalText("id") else { return }
                            let key = LimitLedger.Owner(kind: owner, id: id)
                            var seed = seeds[key] ?? LimitSeed(owner: owner, id: id, time: time)
                            seed[keyPath: window] = LimitSeed.Sum(
                                requests: try row.int("requests"), tokens: try row.int("tokens"),
                                cost: USD(picodollars: Int64(try row.optionalInt("cost") ?? 0)))
                            seeds[key] = seed
                        }
                    }
                }
                return Array(seeds.values)
            }
        }
    }

    private static func sums(by column: String) -> String {
        """
        SELECT \(column) AS id, COUNT(*) AS requests, SUM(prompt_tokens + completion_tokens) AS tokens, SUM(cost) AS cost
        FROM requests WHERE time >= ? GROUP BY \(column)
        """
    }
}
