public import SQLDatabase

/// What is done about the ledger in the background. Any node may, several at once.
extension UsageLedger {
    /// Sums up the hours that are over.
    /// - Returns: how many.
    @discardableResult
    public func sumUpHours(now: Int64) async throws(SQLError) -> Int {
        let dirty = try await database.read { connection throws(SQLError) in try UsageHour.dirty(connection) }
        var count = 0
        for hour in dirty where hour + UsageHour.length + UsageHour.grace <= now {
            let isDone = try await database.patientWrite { connection throws(SQLError) in
                try UsageHour.sumUp(hour, connection)
            }
            if isDone { count += 1 }
        }
        return count
    }

    /// Removes rows whose hour ended before `time`; their sums by the hour stay.
    /// - Returns: how many.
    @discardableResult
    public func prune(before time: Int64) async throws(SQLError) -> Int {
        var count = 0
        while let hour = try await oldestHour(), hour + UsageHour.length <= time {
            let removed = try await database.patientWrite { connection throws(SQLError) in
                try UsageHour.prune(hour, connection)
            }
            // Nothing: the hour is not summed up yet; the next time.
            guard removed > 0 else { return count }
            count += removed
        }
        return count
    }

    /// Whether the maintenance is `owner`'s turn: until two rounds have passed without it.
    func takeMaintenance(for owner: String, at now: Int64) async throws(SQLError) -> Bool {
        try await database.write { connection throws(SQLError) in
            try WorkLease.take("usage maintenance", for: owner, now: now, length: 150_000, connection)
        }
    }

    private func oldestHour() async throws(SQLError) -> Int64? {
        try await database.read { connection throws(SQLError) in
            guard let row = try connection.query("SELECT time FROM requests ORDER BY id LIMIT 1").first else {
                return nil
            }
            return UsageHour.start(of: Int64(try row.int("time")))
        }
    }
}
