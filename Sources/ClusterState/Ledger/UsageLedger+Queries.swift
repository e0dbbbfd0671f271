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
        for (column, text) in names { add("\(column) = ?", .text(text)) }
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

    /// The columns that rows and sums by the hour share. No username is taken for an id: ids are UUIDs, and one column in the
    /// condition is what lets its index be used.
    private var names: [(column: String, text: String)] {
        let isID = user.map { $0.utf8.count == 36 && $0.utf8.count { $0 == UInt8(ascii: "-") } == 4 } ?? false
        return [
            (isID ? "user_id" : "username", user), ("token_id", token), ("provider", provider), ("model", model),
            ("route", route),
        ].compactMap { column, text in text.map { (column, $0) } }
    }

    /// Whether sums by the hour can tell: they know neither single rows nor statuses.
    var fitsHours: Bool { id == nil && status == nil }

    /// The kind of sums that tells what is asked for.
    /// - Parameter wanted: what is asked for of each sum.
    func kind(wanted: UsageSumKind?) -> UsageSumKind {
        let kinds = names.compactMap { UsageSumKind(column: $0.column) } + [wanted].compactMap { $0 }
        return Set(kinds).count > 1 ? .all : kinds.first ?? .time
    }

    /// As `condition()`, for `usage_hourly`; the times are whole hours, or whole days where `byDay` says so.
    func hourlyCondition(_ kind: UsageSumKind, byDay: Bool) -> (sql: String, values: [SQLValue]) {
        let dirty = byDay ? "hour - hour % \(UsageDay.length)" : "hour"
        var terms = ["kind = ?", "hour NOT IN (SELECT \(dirty) FROM usage_dirty)"]
        var values = [SQLValue.text(byDay ? kind.nameOfDays ?? kind.rawValue : kind.rawValue)]
        for (term, value) in names.map({ ("\($0.column) = ?", SQLValue.text($0.text)) })
            + [("hour >= ?", from.map(SQLValue.integer)), ("hour < ?", to.map(SQLValue.integer))]
        {
            guard let value else { continue }
            terms.append(term)
            values.append(value)
        }
        return (" WHERE " + terms.joined(separator: " AND "), values)
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
}
