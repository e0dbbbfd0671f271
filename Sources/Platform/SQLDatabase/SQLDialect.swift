/// The SQL that a database speaks, and the statements that databases write differently. SQLite for now.
///
/// What all understand: `?` for values, `CREATE TABLE` with BIGINT, DOUBLE, VARCHAR(n), TEXT and BLOB, text keys made by
/// the program instead of counters, unix milliseconds instead of dates, `LIMIT ? OFFSET ?`.
public enum SQLDialect: Sendable {
    case sqlite

    /// What an insert does about a row with the same key.
    public enum Collision: Sendable {
        /// Fails with `constraint(.unique, ...)`.
        case fails
        /// Leaves the row as it is; the insert counts 0 changes.
        case keepsOld(key: [String])
        /// Sets every other column of the row.
        case updates(key: [String])
    }

    /// An insert with one `?` for each column. Make the text once and keep it.
    /// - Parameters: names from the program's own text, never from a caller: they are not quoted.
    public func insert(into table: String, _ columns: [String], onCollision collision: Collision = .fails) -> String {
        let values = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let insert = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(values))"
        switch collision {
        case .fails: return insert
        case .keepsOld(let key): return insert + " ON CONFLICT (\(key.joined(separator: ", "))) DO NOTHING"
        case .updates(let key):
            let changes = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            return insert + " ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes)"
        }
    }
}
