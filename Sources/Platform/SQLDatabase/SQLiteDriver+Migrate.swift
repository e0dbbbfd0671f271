extension SQLiteDriver {
    /// Brings the schema up to the last of `migrations`, each in a transaction of its own.
    func migrate(_ migrations: [SQLMigration], on connection: SQLConnection) throws(SQLError) {
        defer { forgetStatements() }
        try connection.execute(SQLMigration.table)
        try SQLMigration.check(
            migrations, against: try connection.query("SELECT number, checksum FROM schema_migrations ORDER BY number"))
        for migration in migrations {
            try connection.transaction(.write) { connection throws(SQLError) in
                // Looks again whether it is there: another process may have got here first.
                let isThere = "SELECT number FROM schema_migrations WHERE number = ?"
                guard try connection.query(isThere, SQLValue(migration.number)).isEmpty else { return }
                for statement in migration.statements { try connection.execute(statement) }
                try migration.record(on: connection)
            }
        }
    }
}
