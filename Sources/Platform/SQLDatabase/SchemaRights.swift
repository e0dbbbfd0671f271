/// Finds out whether the user may do all that migrations do, on a table that is gone afterwards. A migration that is refused in
/// its middle would leave half a schema, as in MySQL each change of it stands by itself.
struct SchemaRights {
    let connection: SQLConnection

    private static let table = "schema_rights"
    private static let statements = [
        "CREATE TABLE \(table) (id BIGINT NOT NULL PRIMARY KEY, other BIGINT REFERENCES \(table) (id))",
        "CREATE INDEX \(table)_other ON \(table) (other)",
        "ALTER TABLE \(table) ADD COLUMN more BIGINT",
        "INSERT INTO \(table) (id) VALUES (1)",
        "SELECT id FROM \(table)",
        "UPDATE \(table) SET more = 1",
        "DELETE FROM \(table)",
    ]

    /// - Throws: `denied` with the server's words.
    func tryOut() throws(SQLError) {
        // First, so that who may not remove the table does not make it.
        let remove = "DROP TABLE IF EXISTS \(Self.table)"
        try connection.execute(remove)
        do throws(SQLError) {
            for statement in Self.statements { try connection.execute(statement) }
        } catch {
            _ = try? connection.execute(remove)
            throw error
        }
        try connection.execute(remove)
    }
}
