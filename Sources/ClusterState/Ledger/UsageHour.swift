internal import SQLDatabase

/// The hours that `usage_hourly` sums up. A row that arrives marks its hour as dirty in the same transaction, so whoever
/// reads one snapshot knows of each hour whether its sums are whole.
enum UsageHour {
    static let length: Int64 = 3_600_000
    /// Rows are not written in the very moment of their time; an hour is summed up when this much has passed since its end.
    static let grace: Int64 = 120_000

    static func start(of time: Int64) -> Int64 { time - ((time % length) + length) % length }

    static func markDirty(_ hour: Int64, _ connection: SQLConnection) throws(SQLError) {
        switch connection.dialect {
        case .sqlite: try connection.execute(markForSQLite, .integer(hour))
        case .mysql: try connection.execute(markForMySQL, .integer(hour))
        }
    }

    private static let markForSQLite = mark(.sqlite)
    private static let markForMySQL = mark(.mysql)

    private static func mark(_ dialect: SQLDialect) -> String {
        dialect.insert(into: "usage_dirty", ["hour"], onCollision: .keepsOld(key: ["hour"]))
    }

    /// In order.
    static func dirty(_ connection: SQLConnection) throws(SQLError) -> [Int64] {
        var hours: [Int64] = []
        try connection.each("SELECT hour FROM usage_dirty ORDER BY hour") { row throws(SQLError) in
            hours.append(Int64(try row.int("hour")))
        }
        return hours
    }

    // MARK: - Summing up

    /// Sums the hour up anew, unless another node has just done it. Doing it twice changes nothing.
    ///
    /// Of an hour whose rows were removed (`prune`), the sums are all there is; a row that arrives later still is added to
    /// them and removed as well.
    static func sumUp(_ hour: Int64, _ connection: SQLConnection) throws(SQLError) -> Bool {
        // The lock of this row is what keeps two nodes apart.
        guard try connection.execute("DELETE FROM usage_dirty WHERE hour = ?", .integer(hour)) == 1 else {
            return false
        }
        let isPruned = try hour < prunedBefore(connection)
        var newest = 0
        for kind in UsageSumKind.allCases {
            var slot = 0
            if isPruned {
                let sql = "SELECT COALESCE(MAX(slot), 0) AS slot FROM usage_hourly WHERE kind = ? AND hour = ?"
                slot = try connection.query(sql, .text(kind.rawValue), .integer(hour)).first?.int("slot") ?? 0
            } else {
                let sql = "DELETE FROM usage_hourly WHERE kind = ? AND hour = ?"
                try connection.execute(sql, .text(kind.rawValue), .integer(hour))
            }
            let identity = [SQLValue.text(kind.rawValue), .integer(hour), SQLValue(slot)]
            switch kind {
            case .all:
                try connection.execute(kind.summingUp, identity + rows(of: hour))
                newest = slot
            default: try connection.execute(kind.summingUp, identity + [.integer(hour), SQLValue(newest)])
            }
        }
        try UsageDay.sumUp(dayOf: hour, connection)
        if isPruned { try connection.execute(removal, rows(of: hour)) }
        return true
    }

    // MARK: - Removing old rows

    private static let removal = "DELETE FROM requests WHERE id >= ? AND id < ? AND time >= ? AND time < ?"
    private static let floor = "usage_pruned_before"

    /// Removes the rows of one hour, which must have been summed up.
    static func prune(_ hour: Int64, _ connection: SQLConnection) throws(SQLError) -> Int {
        let isDirty = "SELECT hour FROM usage_dirty WHERE hour = ?"
        guard try connection.query(isDirty, .integer(hour)).isEmpty else { return 0 }
        let removed = try connection.execute(removal, rows(of: hour))
        let before = max(hour + length, try prunedBefore(connection))
        let put = connection.dialect.insert(
            into: "settings", ["name", "value"], onCollision: .updates(key: ["name"]))
        try connection.execute(put, .text(floor), .text(String(before)))
        return removed
    }

    private static func prunedBefore(_ connection: SQLConnection) throws(SQLError) -> Int64 {
        let rows = try connection.query("SELECT value FROM settings WHERE name = ?", .text(floor))
        return Int64(try rows.first?.text("value") ?? "0") ?? 0
    }

    /// The key finds the rows: ids begin with the milliseconds they were made at, give or take a minute.
    private static func rows(of hour: Int64) -> [SQLValue] {
        [
            .text(RequestFilter.firstID(at: hour - 60_000)), .text(RequestFilter.firstID(at: hour + length + 60_000)),
            .integer(hour), .integer(hour + length),
        ]
    }
}
