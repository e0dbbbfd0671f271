internal import GatewayTypes
internal import SQLDatabase

extension UsageLedger {
    /// Sums, by time in order of time, else by the largest number of requests.
    public func usage(
        by grouping: UsageGrouping, interval: UsageInterval = .hour, _ filter: RequestFilter = RequestFilter()
    ) async throws(ControlStoreError) -> [UsageSum] {
        let usesHours = filter.fitsHours && !(grouping == .time && interval == .minute)
        let sums = try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.read { connection throws(SQLError) in
                var spans = [UsageSpan(source: .rows, from: filter.from, to: filter.to)]
                if usesHours {
                    spans = UsageSpan.cover(
                        from: filter.from, to: filter.to, dirty: try UsageHour.dirty(connection),
                        hasDays: filter.kind(wanted: UsageSumKind(grouping)).nameOfDays != nil && grouping != .time)
                }
                var sums: [UsageSum.Key: UsageSum] = [:]
                for span in spans { try Self.add(span, by: grouping, interval, filter, connection, to: &sums) }
                return Array(sums.values)
            }
        }
        return sums.sorted { UsageSum.isBefore($0, $1) }
    }

    private static func add(
        _ span: UsageSpan, by grouping: UsageGrouping, _ interval: UsageInterval, _ filter: RequestFilter,
        _ connection: SQLConnection, to sums: inout [UsageSum.Key: UsageSum]
    ) throws(SQLError) {
        var filter = filter
        (filter.from, filter.to) = (span.from, span.to)
        let (condition, values) =
            switch span.source {
            case .days, .hours:
                filter.hourlyCondition(
                    filter.kind(wanted: UsageSumKind(grouping)), byDay: span.source == .days)
            case .rows: filter.condition()
            }
        let sql = "SELECT \(key(of: grouping, interval, span.source)) AS bucket, \(columns(of: span.source))"
        let rows = try connection.query(sql + condition + " GROUP BY bucket", values)
        for row in rows {
            let sum = try UsageSum(row, by: grouping)
            sums[sum.key, default: UsageSum(group: sum.group, time: sum.time)].add(sum)
        }
    }

    private static func key(
        of grouping: UsageGrouping, _ interval: UsageInterval, _ source: UsageSpan.Source
    ) -> String {
        switch grouping {
        case .time:
            switch source {
            case .days, .hours: "hour - hour % \(interval.milliseconds)"
            case .rows: "time - time % \(interval.milliseconds)"
            }
        case .user: "username"
        case .token: "token_id"
        case .provider: "provider"
        case .model: "model"
        case .route: "route"
        }
    }

    private static func columns(of source: UsageSpan.Source) -> String {
        switch source {
        case .days, .hours:
            """
            SUM(requests) AS requests, SUM(errors) AS errors, SUM(prompt_tokens) AS prompt_tokens,
                SUM(completion_tokens) AS completion_tokens, SUM(cached_tokens) AS cached_tokens,
                SUM(reasoning_tokens) AS reasoning_tokens, SUM(cost) AS cost, SUM(unpriced) AS unpriced,
                SUM(estimated) AS estimated
            FROM usage_hourly
            """
        case .rows:
            """
            COUNT(*) AS requests, SUM(CASE WHEN status >= 400 THEN 1 ELSE 0 END) AS errors,
                SUM(prompt_tokens) AS prompt_tokens, SUM(completion_tokens) AS completion_tokens,
                SUM(cached_tokens) AS cached_tokens, SUM(reasoning_tokens) AS reasoning_tokens, SUM(cost) AS cost,
                SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) AS unpriced, SUM(estimated) AS estimated
            FROM requests
            """
        }
    }
}

extension UsageSum {
    fileprivate struct Key: Hashable {
        var group: String?
        var time: Int64?
    }

    fileprivate var key: Key { Key(group: group, time: time) }

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

    fileprivate mutating func add(_ other: UsageSum) {
        requests &+= other.requests
        errors &+= other.errors
        promptTokens &+= other.promptTokens
        completionTokens &+= other.completionTokens
        cachedTokens &+= other.cachedTokens
        reasoningTokens &+= other.reasoningTokens
        if let more = other.cost { cost = (cost ?? .zero) + more }
        unpriced &+= other.unpriced
        estimated &+= other.estimated
    }

    fileprivate static func isBefore(_ one: UsageSum, _ other: UsageSum) -> Bool {
        if let a = one.time, let b = other.time { return a < b }
        if one.requests != other.requests { return one.requests > other.requests }
        switch (one.group, other.group) {
        case (nil, nil), (_?, nil): return false
        case (nil, _?): return true
        case (let a?, let b?): return a < b
        }
    }
}
