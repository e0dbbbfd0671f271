internal import GatewayTypes
internal import SQLDatabase

/// The sums that the seeds of some owners need, each read once.
struct SeedSums {
    enum Column: String {
        case token = "token_id"
        case user = "user_id"
    }

    private struct Key: Hashable {
        enum Part { case minute, day, monthBefore }
        var column: Column
        var part: Part
        /// The start of minute or day.
        var start: Int64
        /// That of the month, where it is the month that counts.
        var month: Int64 = 0
    }

    let time: Int64
    let spoken: SpokenNodes
    let dirty: [Int64]
    private var sums: [Key: [String: LimitSeed.Sum]] = [:]

    init(time: Int64, spoken: SpokenNodes, dirty: [Int64]) {
        (self.time, self.spoken, self.dirty) = (time, spoken, dirty)
    }

    mutating func want(_ owner: LimitedOwner) { for key in keys(of: owner) { sums[key] = [:] } }

    func seed(of owner: LimitedOwner) -> LedgerSeed {
        let windows = SharedWindows(at: time, in: owner.zone)
        let found = keys(of: owner).map { sums[$0]?[owner.id] ?? LimitSeed.Sum() }
        return LedgerSeed(
            owner: owner.owner, shard: SharedKeys.shard(ofUser: owner.user),
            minute: .init(span: windows.minute, requests: found[0].requests, tokens: found[0].tokens),
            day: .init(span: windows.day, requests: found[1].requests, tokens: found[1].tokens, cost: found[1].cost),
            month: windows.month, costBefore: found[2].cost)
    }

    private func keys(of owner: LimitedOwner) -> [Key] {
        let windows = SharedWindows(at: time, in: owner.zone)
        let (column, day) = (owner.column, windows.day.start)
        return [
            Key(column: column, part: .minute, start: windows.minute.start),
            Key(column: column, part: .day, start: day),
            Key(column: column, part: .monthBefore, start: day, month: windows.month.start),
        ]
    }

    // MARK: - Reading

    mutating func read(_ connection: SQLConnection) throws(SQLError) {
        for key in sums.keys {
            switch key.part {
            case .minute, .day: try readUnspoken(key, connection)
            case .monthBefore:
                for span in UsageSpan.cover(from: key.month, to: key.start, dirty: dirty, hasDays: true) {
                    try add(span, without: SpokenNodes(), key, connection)
                }
            }
        }
    }

    private mutating func readUnspoken(_ key: Key, _ connection: SQLConnection) throws(SQLError) {
        // Rows from before all who speak are summed up already, for the most part.
        let first = max(key.start, spoken.first ?? .max)
        if first > key.start {
            let end = spoken.first == nil ? nil : first
            for span in UsageSpan.cover(from: key.start, to: end, dirty: dirty, hasDays: true) {
                try add(span, without: SpokenNodes(), key, connection)
            }
        }
        guard spoken.first != nil else { return }
        try add(UsageSpan(source: .rows, from: first, to: nil), without: spoken, key, connection)
    }

    private mutating func add(
        _ span: UsageSpan, without spoken: SpokenNodes, _ key: Key, _ connection: SQLConnection
    ) throws(SQLError) {
        if let from = span.from, let to = span.to, from >= to { return }
        let (sql, values) = UsageLedger.sums(by: key.column.rawValue, in: span, without: spoken)
        try connection.each(sql, values) { row throws(SQLError) in
            guard let id = try row.optionalText("id") else { return }
            var sum = sums[key]?[id] ?? LimitSeed.Sum()
            sum.requests += try row.int("requests")
            sum.tokens += try row.int("tokens")
            sum.cost += USD(picodollars: Int64(try row.optionalInt("cost") ?? 0))
            sums[key]?[id] = sum
        }
    }
}
