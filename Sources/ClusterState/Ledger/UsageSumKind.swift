/// What a row of `usage_hourly` is the sum of. Most questions are about one thing alone, and there are few users, models or
/// providers where there are many combinations of them: each kind is kept apart, and read only by who asks for it.
enum UsageSumKind: String, CaseIterable {
    /// Each combination of user, token, provider, model and route. First, as the others are summed up from it.
    case all
    /// The hour as a whole.
    case time
    case user, token, provider, model, route

    /// The columns that its sums are told apart by; the others are NULL.
    private var columns: [String] {
        switch self {
        case .all: ["user_id", "username", "token_id", "provider", "model", "route"]
        case .time: []
        case .user: ["user_id", "username"]
        case .token: ["token_id"]
        case .provider: ["provider"]
        case .model: ["model"]
        case .route: ["route"]
        }
    }

    /// `nil` for a column that is no kind of its own.
    init?(column: String) {
        guard let kind = Self.allCases.first(where: { $0 != .all && $0.columns.contains(column) }) else { return nil }
        self = kind
    }

    init?(_ grouping: UsageGrouping) {
        switch grouping {
        case .time: return nil
        case .user: self = .user
        case .token: self = .token
        case .provider: self = .provider
        case .model: self = .model
        case .route: self = .route
        }
    }

    /// An insert of the sums of one hour. Its values: the kind, the hour, the last slot that is taken, and which rows of the
    /// ledger (`UsageHour.rows`), or of which hour and behind which slot the sums of kind `all`.
    var summingUp: String { Self.texts[self]! }

    private static let texts = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.made) })

    private var made: String {
        let names = Self.all.columns
        let keys = names.map { columns.contains($0) ? $0 : "NULL" }.joined(separator: ", ")
        let order = columns.first.map { "ORDER BY \($0)" } ?? ""
        let source =
            switch self {
            case .all:
                """
                COUNT(*), SUM(CASE WHEN status >= 400 THEN 1 ELSE 0 END), SUM(prompt_tokens), SUM(completion_tokens),
                    SUM(cached_tokens), SUM(cache_write_tokens), SUM(reasoning_tokens), SUM(cost),
                    SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END), SUM(estimated)
                FROM requests WHERE id >= ? AND id < ? AND time >= ? AND time < ?
                """
            case .time, .user, .token, .provider, .model, .route:
                """
                SUM(requests), SUM(errors), SUM(prompt_tokens), SUM(completion_tokens), SUM(cached_tokens),
                    SUM(cache_write_tokens), SUM(reasoning_tokens), SUM(cost), SUM(unpriced), SUM(estimated)
                FROM usage_hourly WHERE kind = 'all' AND hour = ? AND slot > ?
                """
            }
        // The hour as a whole has no row where there was no request.
        let grouping = columns.isEmpty ? "HAVING COUNT(*) > 0" : "GROUP BY " + columns.joined(separator: ", ")
        return """
            INSERT INTO usage_hourly (kind, hour, slot, \(names.joined(separator: ", ")), requests, errors, prompt_tokens,
                completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, cost, unpriced, estimated)
            SELECT ?, ?, ? + ROW_NUMBER() OVER (\(order)), \(keys), \(source) \(grouping)
            """
    }
}
