internal import SQLDatabase

extension Schema {
    /// The log of changes, and the nodes that follow it. The counter's row is made by the first change, so that a fresh schema has
    /// no rows.
    static func changes(_ number: Int) -> SQLMigration {
        SQLMigration(
            number, "changes",
            """
            CREATE TABLE changes (
                number BIGINT NOT NULL PRIMARY KEY, time BIGINT NOT NULL, actor_id VARCHAR(36),
                actor VARCHAR(64) NOT NULL, token_id VARCHAR(36), address VARCHAR(64), request_id VARCHAR(128),
                action VARCHAR(16) NOT NULL, kind VARCHAR(16) NOT NULL, object VARCHAR(190) NOT NULL,
                state_before TEXT, state_after TEXT)
            """,
            "CREATE INDEX changes_by_time ON changes (time)",
            "CREATE INDEX changes_by_object ON changes (kind, object)",
            "CREATE TABLE change_counter (id SMALLINT NOT NULL PRIMARY KEY, number BIGINT NOT NULL)",
            """
            CREATE TABLE nodes (
                epoch VARCHAR(36) NOT NULL PRIMARY KEY, id VARCHAR(128) NOT NULL, address VARCHAR(128) NOT NULL,
                version VARCHAR(32) NOT NULL, started BIGINT NOT NULL, last_seen BIGINT NOT NULL,
                applied_version BIGINT NOT NULL, problem VARCHAR(500))
            """)
    }

    /// The configuration that is kept in the store.
    static func objects(_ number: Int) -> SQLMigration {
        SQLMigration(
            number, "objects",
            """
            CREATE TABLE objects (
                kind VARCHAR(16) NOT NULL, id VARCHAR(64) NOT NULL, body TEXT NOT NULL, version BIGINT NOT NULL,
                created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (kind, id))
            """,
            """
            CREATE TABLE credentials (
                provider VARCHAR(64) NOT NULL, id VARCHAR(64) NOT NULL, weight DOUBLE NOT NULL, sealed TEXT NOT NULL,
                version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
                PRIMARY KEY (provider, id))
            """)
    }
}
