internal import SQLDatabase

/// How far the rows of each shard's stream have come, as the database itself remembers it. A Redis whose memory knows of
/// less was restored from an older copy.
extension UsageLedger {
    private static func name(_ shard: Int) -> String { "usage_moved_\(shard)" }

    /// Notes places that Redis has been told of, so that a Redis that has not lost anything knows of as much or more.
    func note(_ places: [Int: StreamPlace]) async throws(SQLError) {
        // All nodes write these rows, in one order.
        let sorted = places.sorted { $0.key < $1.key }
        let values = sorted.flatMap { [SQLValue.text(Self.name($0.key)), .text($0.value.text)] }
        try await database.write { connection throws(SQLError) in
            let put = connection.dialect.insert(
                into: "settings", ["name", "value"], rows: sorted.count, onCollision: .updates(key: ["name"]))
            try connection.execute(put, values)
        }
    }

    /// The place that was noted of a shard last.
    func notedPlace(of shard: Int) async throws(SQLError) -> StreamPlace? {
        try await database.read { connection throws(SQLError) in
            let rows = try connection.query("SELECT value FROM settings WHERE name = ?", .text(Self.name(shard)))
            return StreamPlace(try rows.first?.text("value") ?? "")
        }
    }
}
