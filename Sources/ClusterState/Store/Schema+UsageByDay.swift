internal import SQLDatabase

extension Schema {
    /// The sums by the hour summed up by the day, in the same table: a month of a few hundred tokens is read in a tenth of the
    /// time.
    static func usageByDay(_ number: Int) -> SQLMigration {
        SQLMigration(
            number, "usage by day", summingUp("user", "user_id, username"), summingUp("token", "token_id"),
            summingUp("provider", "provider"), summingUp("model", "model"), summingUp("route", "route"))
    }

    private static func summingUp(_ kind: String, _ keys: String) -> String {
        let sums = [
            "requests", "errors", "prompt_tokens", "completion_tokens", "cached_tokens", "cache_write_tokens",
            "reasoning_tokens", "cost", "unpriced", "estimated",
        ]
        let names = sums.joined(separator: ", ")
        let summed = sums.map { "SUM(\($0)) AS \($0)" }.joined(separator: ", ")
        return """
            INSERT INTO usage_hourly (kind, hour, slot, \(keys), \(names))
            SELECT '\(kind)/day', day, ROW_NUMBER() OVER (PARTITION BY day ORDER BY \(keys)), \(keys), \(names)
            FROM (
                SELECT hour - hour % 86400000 AS day, \(keys), \(summed)
                FROM usage_hourly WHERE kind = '\(kind)' GROUP BY hour - hour % 86400000, \(keys)) AS days
            """
    }
}
