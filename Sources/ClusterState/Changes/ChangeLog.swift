internal import SQLDatabase

/// The table `changes`: audit log and feed in one. Its newest number is the version of everything that nodes share.
enum ChangeLog {
    /// Where a name ends that is longer than its column.
    static let mostObjectLength = 190

    /// To be called first in a transaction that writes: the counter's lock makes the writers of all nodes wait for each
    /// other, so numbers become visible in their order. A number whose transaction writes nothing is left out.
    static func nextNumber(_ connection: SQLConnection) throws(SQLError) -> Int {
        let countUp = "UPDATE change_counter SET number = number + 1 WHERE id = 1"
        if try connection.execute(countUp) == 0 {
            let first = connection.dialect.insert(
                into: "change_counter", ["id", "number"], onCollision: .keepsOld(key: ["id"]))
            try connection.execute(first, 1, 0)
            try connection.execute(countUp)
        }
        guard let row = try connection.query("SELECT number FROM change_counter WHERE id = 1").first else {
            throw .misuse("the table change_counter is empty")
        }
        return try row.int("number")
    }

    static func append(
        _ change: ChangeDraft, _ number: Int, by author: ChangeAuthor, at time: Int64, _ connection: SQLConnection
    ) throws(SQLError) {
        try connection.execute(
            """
            INSERT INTO changes (number, time, actor_id, actor, token_id, address, request_id, action, kind, object,
                state_before, state_after)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, SQLValue(number), .integer(time), SQLValue(author.userID), .text(author.name),
            SQLValue(author.tokenID), SQLValue(author.address), SQLValue(author.requestID),
            .text(change.action.rawValue), .text(change.kind.rawValue),
            .text(String(change.object.prefix(mostObjectLength))), SQLValue(change.before), SQLValue(change.after))
    }

    /// The version of a row whose object is `id`: an expression; 0 for one from before the log.
    static func version(of kind: ChangeKind, _ id: String) -> String {
        "COALESCE((SELECT MAX(number) FROM changes WHERE kind = '\(kind.rawValue)' AND object = \(id)), 0)"
    }

    static func newest(_ connection: SQLConnection) throws(SQLError) -> Int {
        try connection.query("SELECT MAX(number) AS newest FROM changes").first?.optionalInt("newest") ?? 0
    }

    /// What has changed after the change of that number, oldest first; `nil` when that is more than `limit` changes.
    static func since(
        _ number: Int, limit: Int, _ connection: SQLConnection
    ) throws(SQLError) -> [(kind: ChangeKind, object: String)]? {
        var changes: [(kind: ChangeKind, object: String)] = []
        var count = 0
        try connection.each(
            "SELECT kind, object FROM changes WHERE number > ? ORDER BY number LIMIT ?",
            [SQLValue(number), SQLValue(limit + 1)]
        ) { row throws(SQLError) in
            count += 1
            // A kind of a later release is not for us.
            guard let kind = ChangeKind(rawValue: try row.text("kind")) else { return }
            changes.append((kind, try row.text("object")))
        }
        return count > limit ? nil : changes
    }
}
