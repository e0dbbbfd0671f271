public import GatewayTypes
internal import SQLDatabase

/// Which rows of the ledger are wanted; `nil` means any.
public struct RequestFilter: Sendable, Equatable {
    public var id: String?
    /// A username or a user's id.
    public var user: String?
    public var token: String?
    public var provider: String?
    public var model: String?
    public var route: String?
    public var status: Int?
    /// Unix milliseconds, included.
    public var from: Int64?
    /// Unix milliseconds, excluded.
    public var to: Int64?

    public init() {}

    /// `WHERE` with its values; empty where nothing is asked for.
    func condition(after: String? = nil) -> (sql: String, values: [SQLValue]) {
        var terms: [String] = []
        var values: [SQLValue] = []
        func add(_ term: String, _ value: SQLValue?) {
            guard let value else { return }
            terms.append(term)
            values.append(value)
        }
        add("id = ?", id.map(SQLValue.text))
        add("(username = ? OR user_id = ?)", user.map(SQLValue.text))
        if let user { values.append(.text(user)) }
        add("token_id = ?", token.map(SQLValue.text))
        add("provider = ?", provider.map(SQLValue.text))
        add("model = ?", model.map(SQLValue.text))
        add("route = ?", route.map(SQLValue.text))
        add("status = ?", status.map { SQLValue($0) })
        add("time >= ?", from.map(SQLValue.integer))
        add("time < ?", to.map(SQLValue.integer))
        add("id < ?", after.map(SQLValue.text))
        // Ids begin with the milliseconds they were made at, so the key finds the rows of a time. A minute's grace, as an
        // id is not made in the very millisecond of admission.
        add("id >= ?", from.map { .text(Self.firstID(at: $0 - 60_000)) })
        add("id < ?", to.map { .text(Self.firstID(at: $0 + 60_000)) })
        return (terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND "), values)
    }

    /// The smallest UUIDv7 of a millisecond.
    static func firstID(at time: Int64) -> String {
        let digits = String(min(max(time, 0), (1 << 48) - 1), radix: 16)
        let padded = String(repeating: "0", count: 12 - digits.count) + digits
        return "\(padded.prefix(8))-\(padded.suffix(4))-0000-0000-000000000000"
    }
}

/// What `usage` sums by.
public enum UsageGrouping: String, Sendable, CaseIterable { case time, user, token, provider, model, route }

/// The length of a bucket of `UsageGrouping.time`.
public enum UsageInterval: String, Sendable, CaseIterable {
    case minute, hour, day

    var milliseconds: Int64 {
        switch self {
        case .minute: 60_000
        case .hour: 3_600_000
        case .day: 86_400_000
        }
    }
}

/// The sum of the rows of one group.
public struct UsageSum: Sendable, Equatable {
    /// The username, token id, provider, model or route; `nil` where rows have none, and when grouped by time.
    public var group: String?
    /// Where the bucket begins, Unix milliseconds; only when grouped by time.
    public var time: Int64?
    public var requests = 0
    /// Rows with a status of 400 and more.
    public var errors = 0
    public var promptTokens = 0
    public var completionTokens = 0
    public var cachedTokens = 0
    public var reasoningTokens = 0
    /// `nil` when no row has a price.
    public var cost: USD?
    /// Rows without a price.
    public var unpriced = 0
    public var estimated = 0
}

extension UsageLedger {
    /// Rows newest first.
    /// - Parameter after: `next` of the page before.
    /// - Returns: at most `limit` rows, and where to go on; `next` is `nil` on the last page.
    public func requests(
        _ filter: RequestFilter = RequestFilter(), limit: Int = 100, after: String? = nil
    ) async throws(ControlStoreError) -> (rows: [UsageRecord], next: String?) {
        let limit = min(max(limit, 1), 1000)
        let (condition, values) = filter.condition(after: after)
        let rows = try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.read { connection throws(SQLError) in
                var rows: [UsageRecord] = []
                let sql = "SELECT * FROM requests\(condition) ORDER BY id DESC LIMIT ?"
                try connection.each(sql, values + [SQLValue(limit + 1)]) { row throws(SQLError) in
                    rows.append(try RequestsTable.record(row))
                }
                return rows
            }
        }
        guard rows.count > limit else { return (rows, nil) }
        return (Array(rows.prefix(limit)), rows[limit - 1].id)
    }

    /// Sums, by time in order of time, else by the largest number of requests.
    public func usage(
        by grouping: UsageGrouping, interval: UsageInterval = .hour, _ filter: RequestFilter = RequestFilter()
    ) async throws(ControlStoreError) -> [UsageSum] {
        let (condition, values) = filter.condition()
        let sql = Self.sums(by: grouping, interval) + condition + Self.order(of: grouping)
        return try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.read { connection throws(SQLError) in
                var sums: [UsageSum] = []
                try connection.each(sql, values) { row throws(SQLError) in
                    sums.append(try UsageSum(row, by: grouping))
                }
                return sums
            }
        }
    }

    private static func sums(by grouping: UsageGrouping, _ interval: UsageInterval) -> String {
        let key =
            switch grouping {
            case .time: "time - time % \(interval.milliseconds)"
            case .user: "username"
            case .token: "token_id"
            case .provider: "provider"
            case .model: "model"
            case .route: "route"
            }
        return """
            SELECT \(key) AS bucket, COUNT(*) AS requests, SUM(CASE WHEN status >= 400 THEN 1 ELSE 0 END) AS errors,
                SUM(prompt_tokens) AS prompt_tokens, SUM(completion_tokens) AS completion_tokens,
                SUM(cached_tokens) AS cached_tokens, SUM(reasoning_tokens) AS reasoning_tokens, SUM(cost) AS cost,
                SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) AS unpriced, SUM(estimated) AS estimated
            FROM requests
            """
    }

    private static func order(of grouping: UsageGrouping) -> String {
        grouping == .time ? " GROUP BY bucket ORDER BY bucket" : " GROUP BY bucket ORDER BY requests DESC, bucket"
    }
}

extension UsageSum {
    fileprivate init(_ row: SQLRow, by grouping: UsageGrouping) throws(SQLError) {
        if grouping == .time {
            time = Int64(try row.int("bucket"))
        } else {
            group = try row.optionalText("bucket")
        }
        requests = try row.int("requests")
        errors = try row.int("errors")
        promptTokens = try row.int("prompt_tokens")
        completionTokens = try row.int("completion_tokens")
        cachedTokens = try row.optionalInt("cached_tokens") ?? 0
        reasoningTokens = try row.optionalInt("reasoning_tokens") ?? 0
        cost = try row.optionalInt("cost").map { USD(picodollars: Int64($0)) }
        unpriced = try row.int("unpriced")
        estimated = try row.int("estimated")
    }
}
