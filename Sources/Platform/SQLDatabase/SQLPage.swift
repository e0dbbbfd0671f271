/// Goes through a table in order of its key, some rows at a time: MySQL's client holds a whole answer in memory.
final class SQLPage {
    private let first: String
    private let next: String
    private let key: [String]
    private let size: Int
    private var last: [SQLValue]?
    private var isAtEnd = false

    init(of table: String, size: Int, _ connection: SQLConnection) throws(SQLError) {
        let sql =
            switch connection.dialect {
            case .sqlite: "SELECT name AS name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
            case .mysql:
                """
                SELECT column_name AS name FROM information_schema.key_column_usage
                WHERE table_schema = DATABASE() AND table_name = ? AND constraint_name = 'PRIMARY' ORDER BY ordinal_position
                """
            }
        var key: [String] = []
        try connection.each(sql, [.text(table)]) { row throws(SQLError) in key.append(try row.text("name")) }
        guard !key.isEmpty else { throw .misuse("table \(table) has no key") }
        // a > ? OR (a = ? AND b > ?), which both databases look up in the key.
        let terms = key.indices.map { index in
            "(" + (key[..<index].map { "\($0) = ?" } + ["\(key[index]) > ?"]).joined(separator: " AND ") + ")"
        }
        let order = " ORDER BY \(key.joined(separator: ", ")) LIMIT \(size)"
        first = "SELECT * FROM \(table)" + order
        next = "SELECT * FROM \(table) WHERE " + terms.joined(separator: " OR ") + order
        self.key = key
        self.size = size
    }

    /// - Returns: nil behind the last row.
    func next(_ connection: SQLConnection) throws(SQLError) -> [SQLRow]? {
        if isAtEnd { return nil }
        let values = last.map { last in key.indices.flatMap { Array(last[...$0]) } }
        let rows = try connection.query(values == nil ? first : next, values ?? [])
        isAtEnd = rows.count < size
        last = rows.last.map { row in key.map { row[$0] ?? .null } }
        return rows.isEmpty ? nil : rows
    }
}
