internal import SQLDatabase

/// The schema, step by step. A released step never changes. What MySQL writes differently (`WITHOUT ROWID`) is kept rare.
enum Schema {
    static let migrations = [
        SQLMigration(
            1, "callers",
            """
            CREATE TABLE tiers (
                name VARCHAR(64) NOT NULL PRIMARY KEY, limits TEXT NOT NULL, created_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE users (
                id VARCHAR(36) NOT NULL PRIMARY KEY, username VARCHAR(64) NOT NULL UNIQUE, email VARCHAR(254),
                password_hash VARCHAR(200), role VARCHAR(16) NOT NULL, tier VARCHAR(64), limits TEXT NOT NULL,
                disabled_at BIGINT, created_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE tokens (
                id VARCHAR(36) NOT NULL PRIMARY KEY, user_id VARCHAR(36) NOT NULL REFERENCES users (id),
                name VARCHAR(100) NOT NULL, hash VARCHAR(64) NOT NULL UNIQUE, prefix VARCHAR(16) NOT NULL,
                scopes TEXT NOT NULL, models TEXT NOT NULL, ip_allow TEXT NOT NULL, expires_at BIGINT,
                limits TEXT NOT NULL, zone VARCHAR(64), created_at BIGINT NOT NULL, revoked_at BIGINT)
            """,
            "CREATE INDEX tokens_by_user ON tokens (user_id, id)",
            "CREATE TABLE settings (name VARCHAR(100) NOT NULL PRIMARY KEY, value TEXT NOT NULL)"),
        SQLMigration(
            2, "requests",
            """
            CREATE TABLE requests (
                id VARCHAR(36) NOT NULL PRIMARY KEY, request_id VARCHAR(128) NOT NULL, time BIGINT NOT NULL,
                node VARCHAR(64) NOT NULL, user_id VARCHAR(36) NOT NULL, username VARCHAR(64) NOT NULL,
                token_id VARCHAR(36), endpoint VARCHAR(200) NOT NULL, dialect VARCHAR(32) NOT NULL,
                route VARCHAR(256) NOT NULL, provider VARCHAR(128), model VARCHAR(256), stream SMALLINT NOT NULL,
                status INTEGER NOT NULL, error_code VARCHAR(128), attempts TEXT NOT NULL,
                prompt_tokens BIGINT NOT NULL, completion_tokens BIGINT NOT NULL, cached_tokens BIGINT,
                cache_write_tokens BIGINT, reasoning_tokens BIGINT, cost BIGINT, duration_us BIGINT NOT NULL,
                first_token_us BIGINT, gateway_us BIGINT NOT NULL, estimated SMALLINT NOT NULL,
                state VARCHAR(16) NOT NULL, dropped_params TEXT NOT NULL) WITHOUT ROWID
            """),
        usageByHour, changes(4), objects(5), leases(6), usageByDay(7),
    ]
}
