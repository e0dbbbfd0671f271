extension MySQLDriver {
    /// A change of the schema may have to copy a large table.
    private static let patience = Duration.seconds(3600)

    /// Brings the schema up to the last of `migrations`, on a connection with time, while all others wait.
    ///
    /// Here a change of the schema commits by itself, so a process that dies may leave a migration half done. Each statement
    /// is therefore noted before and after it; the next process goes on behind the last one that is done, and one that was
    /// begun and turns out to be done already counts as done.
    func migrate(_ migrations: [SQLMigration], on connection: SQLConnection) throws(SQLError) {
        defer { forgetStatements() }
        let own = SQLConnection(try MySQLDriver(settings, timeout: Self.patience))
        try own.takeLock("schema")
        defer { own.releaseLock("schema") }
        try MySQLMigration(connection: own).run(migrations)
    }
}

/// The steps of `migrate`; whoever runs them holds the lock.
private struct MySQLMigration {
    let connection: SQLConnection

    private static let steps = """
        CREATE TABLE IF NOT EXISTS schema_steps (
            number BIGINT NOT NULL, step BIGINT NOT NULL, checksum VARCHAR(16) NOT NULL, done SMALLINT NOT NULL,
            PRIMARY KEY (number, step))
        """

    func run(_ migrations: [SQLMigration]) throws(SQLError) {
        let collation = try collation
        let isNew = try !hasTables
        if isNew {
            try SchemaRights(connection: connection).tryOut()
            for table in [SQLMigration.table, Self.steps] {
                try connection.execute(SQLDialect.mysql.schema(table, collation: collation))
            }
        }
        let recorded = try connection.query(
            """
            SELECT number, checksum FROM schema_migrations
            UNION SELECT number, checksum FROM schema_steps ORDER BY number
            """)
        try SQLMigration.check(migrations, against: recorded)
        let done = Set(
            try connection.query("SELECT number FROM schema_migrations").map { row throws(SQLError) in
                try row.int("number")
            })
        let missing = migrations.filter { !done.contains($0.number) }
        if !isNew, !missing.isEmpty { try SchemaRights(connection: connection).tryOut() }
        for migration in missing {
            for (index, statement) in migration.statements.enumerated() {
                try run(SQLDialect.mysql.schema(statement, collation: collation), of: migration, step: index)
            }
            try connection.transaction(.write) { connection throws(SQLError) in
                try migration.record(on: connection)
                try connection.execute("DELETE FROM schema_steps WHERE number = ?", SQLValue(migration.number))
            }
        }
    }

    /// Whether migrations are noted here; asked, so that a user who may not change the schema can use one that is up to date.
    private var hasTables: Bool {
        get throws(SQLError) {
            let sql = """
                SELECT COUNT(*) AS count FROM information_schema.tables
                WHERE table_schema = DATABASE() AND table_name IN ('schema_migrations', 'schema_steps')
                """
            return try connection.query(sql).first?.int("count") == 2
        }
    }

    private func run(_ statement: String, of migration: SQLMigration, step: Int) throws(SQLError) {
        let key = [SQLValue(migration.number), SQLValue(step)]
        let noted = try connection.query("SELECT done FROM schema_steps WHERE number = ? AND step = ?", key).first
        if try noted?.bool("done") == true { return }
        if noted == nil {
            try connection.execute(
                "INSERT INTO schema_steps (number, step, checksum, done) VALUES (?, ?, ?, 0)",
                key + [.text(migration.checksum)])
        }
        let finish = "UPDATE schema_steps SET done = 1 WHERE number = ? AND step = ?"
        if ["INSERT", "UPDATE", "DELETE"].contains(where: { statement.hasPrefix($0) }) {
            try connection.transaction(.write) { connection throws(SQLError) in
                try connection.execute(statement)
                try connection.execute(finish, key)
            }
            return
        }
        do throws(SQLError) {
            try connection.execute(statement)
        } catch .misuse(let message) where noted != nil && Self.saysDoneAlready(message) {
            // The process that began it died before it could note that it was done.
        } catch {
            // It is known not to be done, so that a later start does not take another's table for ours.
            _ = try? connection.execute("DELETE FROM schema_steps WHERE number = ? AND step = ?", key)
            throw error
        }
        try connection.execute(finish, key)
    }

    /// Table exists, no such table, column exists, index exists, nothing to drop.
    private static func saysDoneAlready(_ message: String) -> Bool {
        let isThere =
            message.hasSuffix("already exists") || message.hasPrefix("Duplicate column name")
            || message.hasPrefix("Duplicate key name")
        return isThere || message.hasPrefix("Can't DROP") || message.hasPrefix("Unknown table")
    }

    /// Byte for byte, spaces at the end count, as SQLite compares: MariaDB and MySQL call it differently.
    private var collation: String {
        get throws(SQLError) {
            let names = try connection.query("SHOW COLLATION WHERE Charset = 'utf8mb4'").map { row throws(SQLError) in
                try row.text("Collation")
            }
            let wanted = ["utf8mb4_nopad_bin", "utf8mb4_0900_bin"]
            return wanted.first(where: names.contains) ?? "utf8mb4_bin"
        }
    }
}
