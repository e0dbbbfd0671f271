internal import Threading

/// The lanes of a database: a call takes a free one or waits its turn.
final class SQLPool: Sendable {
    private struct Waiting: Sendable {
        let caller: CheckedContinuation<Result<SQLLane, SQLError>, Never>
        let deadline: ContinuousClock.Instant?
    }

    private struct State: Sendable {
        var free: [SQLLane] = []
        /// In order; the first is served first.
        var waiting: [Waiting] = []
        var isClosed = false
    }

    /// How many may wait, and how long; `nil` is without end.
    struct Bounds: Sendable {
        var mostWaiting: Int?
        var patience: Duration?
    }

    let lanes: [SQLLane]
    private let bounds: Bounds
    private let state: Locked<State>

    init(_ lanes: [SQLLane], bounds: Bounds) {
        self.lanes = lanes
        self.bounds = bounds
        // The last one is taken first, so that few connections do what few can do.
        state = Locked(State(free: lanes.reversed()))
    }

    /// - Throws: `busy` when too many wait already, or when the wait was too long; `closed`.
    func take() async throws(SQLError) -> SQLLane {
        let deadline = bounds.patience.map { ContinuousClock.now + $0 }
        let outcome = await withCheckedContinuation { caller in
            let now = state.withLock { state -> Result<SQLLane, SQLError>? in
                if state.isClosed { return .failure(.closed) }
                if let lane = state.free.popLast() { return .success(lane) }
                if let most = bounds.mostWaiting, state.waiting.count >= most { return .failure(.busy) }
                state.waiting.append(Waiting(caller: caller, deadline: deadline))
                return nil
            }
            if let now { caller.resume(returning: now) }
        }
        return try outcome.get()
    }

    /// Hands the lane to the first who waits. A lane's work is bounded in time, so those whose time is over hear of it
    /// soon after.
    func giveBack(_ lane: SQLLane) {
        let now = ContinuousClock.now
        let (next, late) = state.withLock { state -> (Waiting?, [Waiting]) in
            let late = state.waiting.prefix { $0.deadline.map { $0 < now } ?? false }
            state.waiting.removeFirst(late.count)
            guard state.waiting.isEmpty else { return (state.waiting.removeFirst(), Array(late)) }
            state.free.append(lane)
            return (nil, Array(late))
        }
        for waiting in late { waiting.caller.resume(returning: .failure(.busy)) }
        next?.caller.resume(returning: .success(lane))
    }

    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in waiting { waiting.caller.resume(returning: .failure(.closed)) }
        for lane in lanes { await lane.close() }
    }
}
