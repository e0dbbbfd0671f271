internal import GatewayTypes

/// What the ledger knows of one owner's current windows, for a Redis without memory.
struct LedgerSeed {
    var owner: LimitLedger.Owner
    /// Of the user that the owner is, belongs to, or is the tier of.
    var shard: Int
    /// Without the requests of nodes that speak for themselves.
    var minute: LimitCounter.Window
    var day: LimitCounter.Window
    var month: CalendarWindow
    /// In this month, before this day, of all nodes.
    var costBefore: USD

    /// Whether there is anything to tell.
    var isEmpty: Bool { minute.requests == 0 && day.requests == 0 && costBefore == .zero }
}

/// Which rows of the ledger are those of nodes that tell Redis themselves what they let in.
struct SpokenNodes: Equatable {
    /// By a node's name the start of its first process that has spoken, Unix milliseconds: rows from then on are not the
    /// ledger's to tell.
    private(set) var starts: [String: Int64] = [:]

    mutating func add(_ node: String, startedAt: Int64) { starts[node] = min(starts[node] ?? .max, startedAt) }

    /// Rows before it were let in by nobody who speaks.
    var first: Int64? { starts.values.min() }
}
