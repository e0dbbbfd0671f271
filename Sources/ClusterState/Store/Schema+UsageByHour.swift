internal import SQLDatabase

extension Schema {
    /// The ledger summed by the hour, so that sums over years read little, and indexes for what picks few rows of many. An
    /// index costs every request a fifth of its row: what picks many rows (a provider, a status) finds them newest first.
    static let usageByHour = SQLMigration(
        3, "usage by hour",
        "CREATE INDEX requests_by_username ON requests (username)",
        "CREATE INDEX requests_by_token ON requests (token_id)",
        """
        CREATE TABLE usage_hourly (
            kind VARCHAR(16) NOT NULL, hour BIGINT NOT NULL, slot BIGINT NOT NULL, user_id VARCHAR(36),
            username VARCHAR(64), token_id VARCHAR(36), provider VARCHAR(128), model VARCHAR(256), route VARCHAR(256),
            requests BIGINT NOT NULL, errors BIGINT NOT NULL, prompt_tokens BIGINT NOT NULL,
            completion_tokens BIGINT NOT NULL, cached_tokens BIGINT, cache_write_tokens BIGINT, reasoning_tokens BIGINT,
            cost BIGINT, unpriced BIGINT NOT NULL, estimated BIGINT NOT NULL, PRIMARY KEY (kind, hour, slot)) WITHOUT ROWID
        """,
        // Filters over two things at once look into the sums of kind "all".
        "CREATE INDEX usage_hourly_by_username ON usage_hourly (username, kind, hour)",
        "CREATE INDEX usage_hourly_by_token ON usage_hourly (token_id, kind, hour)",
        // Hours that have rows which usage_hourly does not know of yet.
        "CREATE TABLE usage_dirty (hour BIGINT NOT NULL PRIMARY KEY)",
        "INSERT INTO usage_dirty (hour) SELECT DISTINCT time - time % 3600000 FROM requests")
}
