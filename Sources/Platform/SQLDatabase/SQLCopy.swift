internal import Threading

/// Copies the rows of all tables from one database into another of the same schema, of whatever kind the two are.
public struct SQLCopy: Sendable {
    public struct Table: Sendable, Equatable {
        public let name: String
        /// Found in the target afterwards.
        public let rows: Int
    }

    private static let pageSize = 1000
    private let source: SQLDatabase
    private let target: SQLDatabase

    /// Both must have been migrated to the same schema, and `target` must have one connection only.
    public init(from source: SQLDatabase, to target: SQLDatabase) {
        self.source = source
        self.target = target
    }

    /// The target's tables that have rows.
    public func occupied() async throws(SQLError) -> [String] {
        try await target.read { connection throws(SQLError) in
            var names: [String] = []
            for name in try connection.tables()
            where try !connection.query("SELECT 1 FROM \(name) LIMIT 1").isEmpty { names.append(name) }
            return names
        }
    }

    /// Removes all rows of the target.
    public func clear() async throws(SQLError) {
        let names = try await target.read { connection throws(SQLError) in try connection.tables() }
        for name in names.reversed() {
            try await target.write { connection throws(SQLError) in
                try connection.withoutForeignKeys()
                try connection.execute("DELETE FROM \(name)")
            }
        }
    }

    /// Copies one snapshot of the source, while others may go on using it.
    /// - Throws: also `misuse`, when a table of the target does not have as many rows in the end as were read.
    public func run() async throws(SQLError) -> [Table] {
        let names = try await target.read { connection throws(SQLError) in try connection.tables() }
        let target = target
        let read = try await source.read { connection throws(SQLError) in
            var counts: [String: Int] = [:]
            for name in names {
                let page = try SQLPage(of: name, size: Self.pageSize, connection)
                counts[name] = 0
                while let rows = try page.next(connection) {
                    try Self.write(rows, into: name, target)
                    counts[name, default: 0] += rows.count
                }
            }
            return counts
        }
        return try await target.read { connection throws(SQLError) in
            var tables: [Table] = []
            for name in names {
                let rows = try connection.query("SELECT COUNT(*) AS n FROM \(name)")[0].int("n")
                guard rows == read[name] else {
                    throw .misuse("\(name) has \(rows) rows where \(read[name] ?? 0) were read")
                }
                tables.append(Table(name: name, rows: rows))
            }
            return tables
        }
    }

    /// Waits on the source's own thread, which keeps its snapshot meanwhile and serves nobody else.
    private static func write(_ rows: [SQLRow], into table: String, _ target: SQLDatabase) throws(SQLError) {
        let done = HandOver<Result<Void, SQLError>>()
        Task {
            do throws(SQLError) {
                try await target.write { connection throws(SQLError) in
                    try connection.withoutForeignKeys()
                    let insert = connection.dialect.insert(into: table, rows[0].columns)
                    for row in rows { try connection.execute(insert, row.values) }
                }
                done.put(.success(()))
            } catch {
                done.put(.failure(error))
            }
        }
        try done.take().get()
    }
}

extension SQLConnection {
    /// The tables there are, in the order they were made in where that is known, without the record of migrations.
    fileprivate func tables() throws(SQLError) -> [String] {
        let sql =
            switch dialect {
            case .sqlite:
                "SELECT name AS name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
            case .mysql:
                "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
            }
        var names: [String] = []
        try each(sql) { row throws(SQLError) in
            let name = try row.text("name")
            if !name.hasPrefix("schema_") { names.append(name) }
        }
        return names
    }

    /// MySQL does not say in which order tables depend on each other; what is copied was whole before.
    fileprivate func withoutForeignKeys() throws(SQLError) {
        if dialect == .mysql { try execute("SET SESSION foreign_key_checks = 0") }
    }
}
