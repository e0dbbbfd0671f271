internal import GatewayTypes

/// Losing Redis, finding it, and telling it everything.
extension SharedShard {
    /// How long after a connection was lost Redis may still run what was sent over it, in milliseconds.
    private static let afterglow = SharedLimits.patience + 50

    /// What Redis knows of this node is in doubt.
    mutating func cut(at time: Int64, monotonic moment: Int64) {
        isDoubted = isTelling
        lastLoss = moment
        if case .cut = mode { return }
        mode = .cut(since: time)
    }

    /// Redis is there and does not know this node's requests.
    mutating func join(at moment: Int64) {
        if mode == .on { mode = .joining(since: moment) }
    }

    /// Begins to tell Redis everything, once no call is under way.
    mutating func beginTelling(at time: Int64, monotonic moment: Int64) -> SharedReport? {
        guard mode != .on, !isTelling, inFlight == 0, moment - lastLoss >= Self.afterglow else { return nil }
        isTelling = true
        isDoubted = false
        tellings += 1
        swap(&beingTold, &untoldIn)
        var since: Int64 = 0
        // A process that has just started, and has lost no connection, knows of no outage: the others need not speak again.
        if case .cut(let began) = mode, lastLoss != 0 { since = began }
        counters.prune(at: time)
        var version = 0
        for place in counters.places { version = max(version, counters.list[place].nextVersion()) }
        for place in counters.places { counters.list[place].told(version) }
        return SharedReport(
            cutSince: since, number: tellings, version: version,
            counters: counters.places.map { SharedReport.Counter(counters.list[$0]) },
            holds: open.all)
    }

    /// - Parameter isComplete: every node has spoken; `nil` when Redis could not be told.
    /// - Returns: who waited, and what ended meanwhile and is to be told now: each counts as a call that was sent.
    mutating func endTelling(
        isComplete: Bool?, at moment: Int64
    ) -> (waiting: [CheckedContinuation<Void, Never>], untold: [SharedHold.End]) {
        isTelling = false
        defer { untold = [] }
        guard let isComplete, !isDoubted else {
            untoldIn.merge(beingTold, uniquingKeysWith: +)
            beingTold = [:]
            return ([], [])
        }
        if case .cut = mode { for place in counters.places { counters.list[place].outageEnded() } }
        if isComplete {
            mode = .on
            inFlight += untold.count
            return (takeWaiting(), untold)
        }
        if case .joining = mode {} else { mode = .joining(since: moment) }
        return ([], [])
    }

    /// The journal's segments with requests that Redis now knows of, and how many.
    mutating func takeTold() -> [Int: Int] {
        if isTelling { return [:] }
        defer { beingTold = [:] }
        return beingTold
    }

    /// Who has waited for long enough, or for nothing.
    mutating func overdue(at moment: Int64) -> [CheckedContinuation<Void, Never>] {
        if isTelling { return [] }
        if case .joining(let since) = mode, moment - since < Self.joining { return [] }
        return takeWaiting()
    }

    private mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [] }
        return waiting
    }

    /// - Returns: false when there is nothing to wait for any more.
    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        if case .joining = mode {} else if !isTelling { return false }
        waiting.append(continuation)
        return true
    }
}
