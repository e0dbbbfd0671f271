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

    /// The kind of its sums by the day; `nil` where there are so few by the hour that there are none.
    var nameOfDays: String? {
        switch self {
        case .all, .time: nil
        case .user, .token, .provider, .model, .route: rawValue + "/day"
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

    /// An insert of the sums of one day. Its values: the kind, the day, and the kind and from when until when of the hours.
    var summingUpDay: String { Self.textsOfDays[self]! }

    private static let textsOfDays = Dictionary(
        uniqueKeysWithValues: allCases.map {
            ($0, $0.made("?, ?, 0", "\(sums) FROM usage_hourly WHERE kind = ? AND hour >= ? AND hour < ?"))
        })

    /// Of sums, their sum.
    private static let sums = """
        SUM(requests), SUM(errors), SUM(prompt_tokens), SUM(completion_tokens), SUM(cached_tokens),
            SUM(cache_write_tokens), SUM(reasoning_tokens), SUM(cost), SUM(unpriced), SUM(estimated)
        """

    private var made: String {
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
                "\(Self.sums) FROM usage_hourly WHERE kind = 'all' AND hour = ? AND slot > ?"
            }
        return made("?, ?, ?", source)
    }

    /// - Parameters:
    ///   - identity: kind, hour and the slot before the first.
    ///   - source: what is summed up, and where it comes from.
    private func made(_ identity: String, _ source: String) -> String {
        let names = Self.all.columns
        let keys = names.map { columns.contains($0) ? $0 : "NULL" }.joined(separator: ", ")
        let order = columns.first.map { "ORDER BY \($0)" } ?? ""
        // The hour as a whole has no row where there was no request.
        let grouping = columns.isEmpty ? "HAVING COUNT(*) > 0" : "GROUP BY " + columns.joined(separator: ", ")
        return """
            INSERT INTO usage_hourly (kind, hour, slot, \(names.joined(separator: ", ")), requests, errors, prompt_tokens,
                completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, cost, unpriced, estimated)
            SELECT \(identity) + ROW_NUMBER() OVER (\(order)), \(keys), \(source) \(grouping)
            """
    }
}
