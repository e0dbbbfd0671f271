/// The SQL that a database speaks, and the statements that databases write differently.
///
/// What all understand: `?` for values, `CREATE TABLE` with BIGINT, DOUBLE, VARCHAR(n), TEXT and BLOB, keys of VARCHAR(190)
/// and less made by the program instead of counters, unix milliseconds instead of dates, `LIMIT ? OFFSET ?`.
public enum SQLDialect: Sendable {
    case sqlite
    /// MariaDB 10.6 and later, MySQL 8.0 and later.
    case mysql

    /// What an insert does about a row with the same key.
    public enum Collision: Sendable {
        /// Fails with `constraint(.unique, ...)`.
        case fails
        /// Leaves the row as it is; the insert counts 0 changes.
        case keepsOld(key: [String])
        /// Sets every other column of the row.
        case updates(key: [String])
        /// Sets every other column of the row if `column` is `old` there and `new` in the insert; else as `keepsOld`.
        case replaces(key: [String], where: String, is: String, becomes: String)
    }

    /// An insert with one `?` for each column and row. Make the text once and keep it. Where it changes a row that was
    /// there, MySQL counts 2 changes.
    /// - Parameters: names from the program's own text, never from a caller: they are not quoted.
    public func insert(
        into table: String, _ columns: [String], rows: Int = 1, onCollision collision: Collision = .fails
    ) -> String {
        let values = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
        let all = Array(repeating: values, count: rows).joined(separator: ", ")
        let insert = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(all)"
        switch self {
        case .sqlite: return insert + sqliteConflict(table, columns, collision)
        case .mysql: return insert + mysqlConflict(columns, collision)
        }
    }

    private func sqliteConflict(_ table: String, _ columns: [String], _ collision: Collision) -> String {
        func update(_ key: [String]) -> String {
            let changes = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            return " ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes)"
        }
        switch collision {
        case .fails: return ""
        case .keepsOld(let key): return " ON CONFLICT (\(key.joined(separator: ", "))) DO NOTHING"
        case .updates(let key): return update(key)
        case .replaces(let key, let column, let old, let new):
            return update(key) + " WHERE \(table).\(column) = '\(old)' AND excluded.\(column) = '\(new)'"
        }
    }

    private func mysqlConflict(_ columns: [String], _ collision: Collision) -> String {
        func update(_ changes: [String]) -> String { " ON DUPLICATE KEY UPDATE " + changes.joined(separator: ", ") }
        switch collision {
        case .fails: return ""
        case .keepsOld(let key): return update(["\(key[0]) = \(key[0])"])
        case .updates(let key): return update(columns.filter { !key.contains($0) }.map { "\($0) = VALUES(\($0))" })
        case .replaces(let key, let column, let old, let new):
            let applies = "\(column) = '\(old)' AND VALUES(\(column)) = '\(new)'"
            // Assignments happen from left to right, so the column that decides comes last.
            let others = columns.filter { !key.contains($0) && $0 != column } + [column]
            return update(others.map { "\($0) = IF(\(applies), VALUES(\($0)), \($0))" })
        }
    }
}
