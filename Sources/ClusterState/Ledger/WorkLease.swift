internal import SQLDatabase

/// Work that one node does for all of them. It keeps work from being done twice, and nothing else: clocks may differ, and a
/// node may be slow.
enum WorkLease {
    /// Takes or keeps the lease.
    /// - Parameters:
    ///   - now: the node's clock, Unix milliseconds.
    ///   - length: in milliseconds; then another one may have it.
    /// - Returns: whether `owner` has it.
    static func take(
        _ name: String, for owner: String, now: Int64, length: Int64, _ connection: SQLConnection
    ) throws(SQLError) -> Bool {
        let end = SQLValue.integer(now + length)
        let renewed = try connection.execute(
            "UPDATE leases SET owner = ?, ends = ? WHERE name = ? AND (owner = ? OR ends <= ?)", .text(owner), end,
            .text(name), .text(owner), .integer(now))
        if renewed > 0 { return true }
        let insert = connection.dialect.insert(
            into: "leases", ["name", "owner", "ends"], onCollision: .keepsOld(key: ["name"]))
        return try connection.execute(insert, .text(name), .text(owner), end) == 1
    }
}
