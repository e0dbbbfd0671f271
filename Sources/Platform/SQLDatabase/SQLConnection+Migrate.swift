internal import Glibc

extension SQLConnection {
    /// Brings the schema up to the last of `migrations`, each in a transaction of its own.
    func migrate(_ migrations: [SQLMigration]) throws(SQLError) {
        guard migrations.map(\.number) == Array(1..<migrations.count + 1) else {
            throw .misuse("migrations are not numbered from 1 without gaps")
        }
        defer { forgetStatements() }
        try execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL,
                checksum VARCHAR(16) NOT NULL, applied_at BIGINT NOT NULL)
            """)
        let recorded = try query("SELECT number, checksum FROM schema_migrations ORDER BY number")
        if let newest = try recorded.last?.int("number"), newest > migrations.count {
            throw .newerSchema(found: newest, known: migrations.count)
        }
        for row in recorded {
            let number = try row.int("number")
            guard number >= 1, try row.text("checksum") == migrations[number - 1].checksum else {
                throw .changedMigration(number: number)
            }
        }
        for migration in migrations { try write { _ throws(SQLError) in try apply(migration) } }
    }

    /// Looks again whether it is there: another process may have got here first.
    private func apply(_ migration: SQLMigration) throws(SQLError) {
        let number = SQLValue(migration.number)
        guard try query("SELECT number FROM schema_migrations WHERE number = ?", number).isEmpty else { return }
        for statement in migration.statements { try execute(statement) }
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        try execute(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
            number, .text(migration.name), .text(migration.checksum),
            SQLValue(clock.tv_sec * 1000 + clock.tv_nsec / 1_000_000))
    }
}
