internal import SQLDatabase

extension Schema {
    /// Work that one node does for all, and until when it is its turn.
    static func leases(_ number: Int) -> SQLMigration {
        SQLMigration(
            number, "leases",
            """
            CREATE TABLE leases (
                name VARCHAR(64) NOT NULL PRIMARY KEY, owner VARCHAR(64) NOT NULL, ends BIGINT NOT NULL)
            """)
    }
}
