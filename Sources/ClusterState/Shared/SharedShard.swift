internal import GatewayTypes

/// One shard's part of this node: what the node has let in of its users' requests, what it may let in without Redis, and
/// what is open. A pure value; times are Redis's Unix milliseconds and come in as arguments.
struct SharedShard: Sendable {
    enum Mode: Equatable {
        /// Redis and this node agree: it is asked about each request.
        case on
        /// Redis is there, but this node has yet to say, or others have, what they let in. Since a monotonic moment.
        case joining(since: Int64)
        /// Redis is away.
        case cut(since: Int64)
    }

    private(set) var mode: Mode
    /// Calls of this shard that are under way. While there are any, it is not known what Redis knows.
    private(set) var inFlight = 0
    /// Whether `ReconcileScript` is under way: admissions wait for it.
    private(set) var isTelling = false
    /// What is being told is in doubt already.
    private var isDoubted = false
    var open = PlaceList<SharedHold>()
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var untold: [SharedHold.End] = []
    /// The monotonic moment of the last loss of a connection.
    private var lastLoss: Int64 = 0
    private let number: Int
    private var index: [LimitLedger.Owner: Int] = [:]
    private var byKey: [String: Int] = [:]
    private var counters: [SharedCounter] = []
    private var free: [Int] = []

    /// - Parameter since: when the node started.
    init(number: Int, since: Int64) {
        self.number = number
        mode = .cut(since: since)
    }

    var count: Int { index.count }

    // MARK: - Admission

    enum Step {
        /// Redis is to be asked; the call counts as sent.
        case ask([AdmitCall.Slot])
        case decideHere([AdmitCall.Slot])
        /// Until this node, and then the others, have told Redis what they let in.
        case wait
    }

    /// How long an admission waits for other nodes, in milliseconds; then this node's leases must do.
    private static let joining: Int64 = 400
    /// How long after a connection was lost Redis may still run what was sent over it, in milliseconds.
    private static let afterglow = SharedLimits.patience + 50

    mutating func step(
        for subjects: [LimitSubject], _ amount: Reservation, at time: Int64, monotonic moment: Int64
    ) -> Step {
        if isTelling { return .wait }
        switch mode {
        case .on:
            inFlight += 1
            let slots = slots(of: subjects, at: time)
            let need = SharedAmounts(needOf: amount)
            for slot in slots { counters[slot.place].asked += need }
            return .ask(slots)
        case .joining(let since) where moment - since < Self.joining: return .wait
        case .joining, .cut: return .decideHere(slots(of: subjects, at: time))
        }
    }

    /// The counters of some subjects, rolled to the windows of `time`.
    mutating func slots(of subjects: [LimitSubject], at time: Int64) -> [AdmitCall.Slot] {
        var slots: [AdmitCall.Slot] = []
        slots.reserveCapacity(subjects.count)
        for subject in subjects {
            let place = place(of: LimitLedger.Owner(kind: subject.owner, id: subject.id))
            let windows = SharedWindows(at: time, in: subject.limits.zone)
            counters[place].roll(to: windows)
            slots.append(AdmitCall.Slot(place: place, key: counters[place].key, windows: windows))
        }
        return slots
    }

    /// One more call is about to be sent.
    mutating func sent() { inFlight += 1 }

    /// A call was answered.
    mutating func answered() { inFlight -= 1 }

    /// The question of `step` was answered, but not with yes.
    mutating func answered(_ slots: [AdmitCall.Slot], _ amount: Reservation) {
        inFlight -= 1
        let need = SharedAmounts(needOf: amount)
        for slot in slots { counters[slot.place].asked -= need }
    }

    /// The hold of an admission is made: until then it counted as a call.
    mutating func opened(_ hold: SharedHold) {
        open.put(hold, at: hold.place)
        inFlight -= 1
    }

    /// Redis let the request in.
    mutating func admitted(
        _ slots: [AdmitCall.Slot], _ answer: [AdmitVerdict.Counter], minute: Int64, _ amount: Reservation
    ) -> (charges: [SharedHold.Charge], place: Int) {
        let need = SharedAmounts(needOf: amount)
        for (slot, counter) in zip(slots, answer) {
            counters[slot.place].asked -= need
            if mode == .on {
                counters[slot.place].lend(counter.lease, version: counter.version)
            } else {
                // Let in before the outage and told in it: what was let in meanwhile has been taken from the old lease.
                counters[slot.place].use(need)
            }
        }
        return charge(slots, minute: minute, amount)
    }

    /// Lets the request in without Redis, if this node's part of every limit has room for it. It then counts as a call
    /// until its hold is made.
    /// - Returns: `nil` when Redis is to be asked after all.
    /// - Parameter share: the node's part of a limit in a window that began during the outage.
    mutating func admitLocally(
        _ slots: [AdmitCall.Slot], _ subjects: [LimitSubject], _ amount: Reservation, at time: Int64,
        share: (_ most: Double, _ counter: String, _ since: Int64) -> Double
    ) -> Result<(charges: [SharedHold.Charge], place: Int), SharedRefusal>? {
        guard mode != .on, !isTelling else { return nil }
        let need = SharedAmounts(needOf: amount)
        for (number, (slot, subject)) in zip(slots, subjects).enumerated() {
            let most = SharedAmounts(maximaOf: subject.limits)
            // An outage of moments is no reason to take shares: others may not have noticed it.
            if case .cut(let since) = mode, time - since >= 2000 {
                counters[slot.place].takeShares(
                    { share(most[$0], slot.key, since) }, subject.limits, since: since, now: time)
            }
            for limit in 0..<7 where most[limit] >= 0 {
                switch subject.limits.onOutage[SharedAmounts.kinds[limit]] {
                case .allow: break
                case .refuse: return .failure(SharedRefusal(subject: number, limit: limit))
                case .share:
                    guard need[limit] <= counters[slot.place].room[limit] - counters[slot.place].asked[limit] else {
                        return .failure(SharedRefusal(subject: number, limit: limit))
                    }
                }
            }
        }
        for slot in slots { counters[slot.place].use(need) }
        inFlight += 1
        return .success(charge(slots, minute: CalendarWindow.minute(containing: time).start, amount))
    }

    private mutating func charge(
        _ slots: [AdmitCall.Slot], minute: Int64, _ amount: Reservation
    ) -> (charges: [SharedHold.Charge], place: Int) {
        var charges: [SharedHold.Charge] = []
        charges.reserveCapacity(slots.count)
        for slot in slots {
            let charge = SharedHold.Charge(
                place: slot.place, key: slot.key, minute: minute, day: slot.windows.day.start,
                month: slot.windows.month.start)
            counters[slot.place].charge(amount, in: charge)
            charges.append(charge)
        }
        return (charges, open.reserve())
    }

    // MARK: - Settlement

    /// - Returns: whether Redis is to be told now; the call counts as sent then. What cannot be told now is told by
    ///   `ReconcileScript`.
    mutating func settle(_ end: SharedHold.End) -> Bool {
        var keepsRoom = false
        if case .cut = mode { keepsRoom = !isTelling }
        for charge in end.charges {
            counters[charge.place].settle(end.amount, in: charge, keepsRoom: keepsRoom)
        }
        if let place = end.place { open.remove(place) }
        if isTelling {
            untold.append(end)
            return false
        }
        guard mode == .on else { return false }
        inFlight += 1
        return true
    }

    // MARK: - Losing and finding Redis

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
        var since: Int64 = 0
        if case .cut(let began) = mode { since = began }
        prune(at: time)
        var version = 0
        for place in index.values { version = max(version, counters[place].nextVersion()) }
        for place in index.values { counters[place].told(version) }
        return SharedReport(
            cutSince: since, version: version, counters: index.values.map { SharedReport.Counter(counters[$0]) },
            holds: open.all)
    }

    /// - Parameter isComplete: every node has spoken; `nil` when Redis could not be told.
    /// - Returns: who waited, and what ended meanwhile and is to be told now: each counts as a call that was sent.
    mutating func endTelling(
        isComplete: Bool?, at moment: Int64
    ) -> (waiting: [CheckedContinuation<Void, Never>], untold: [SharedHold.End]) {
        isTelling = false
        defer { untold = [] }
        guard let isComplete, !isDoubted else { return ([], []) }
        if case .cut = mode { for place in index.values { counters[place].outageEnded() } }
        if isComplete {
            mode = .on
            inFlight += untold.count
            return (takeWaiting(), untold)
        }
        if case .joining = mode {} else { mode = .joining(since: moment) }
        return ([], [])
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

    // MARK: - Leases

    /// - Returns: whether this node has leases of the counter to give back; a call counts as sent then.
    mutating func beginYield(_ key: String) -> (place: Int, version: Int)? {
        guard mode == .on, !isTelling, let place = byKey[key], counters[place].beginYield() else { return nil }
        inFlight += 1
        return (place, counters[place].knownVersion)
    }

    mutating func endYield(_ place: Int, version: Int?) {
        inFlight -= 1
        counters[place].endYield(version: version)
    }

    /// The counters of which this node has been lent anything.
    var lent: [String] { index.values.filter { !counters[$0].room.isZero }.map { counters[$0].key } }

    // MARK: - Counters

    /// The counter of an owner, for tests.
    func counter(of owner: LimitLedger.Owner) -> SharedCounter? { index[owner].map { counters[$0] } }

    private mutating func place(of owner: LimitLedger.Owner) -> Int {
        if let known = index[owner] { return known }
        let counter = SharedCounter(key: SharedKeys.counter(number, owner))
        let place: Int
        if let reused = free.popLast() {
            place = reused
            counters[place] = counter
        } else {
            place = counters.count
            counters.append(counter)
        }
        index[owner] = place
        byKey[counter.key] = place
        return place
    }

    /// Forgets owners of whom nothing is left to say. Only while no call is under way, as calls know counters by place.
    mutating func prune(at time: Int64) {
        guard inFlight == 0 else { return }
        for (owner, place) in index where counters[place].own.isIdle(at: time) {
            byKey[counters[place].key] = nil
            index[owner] = nil
            free.append(place)
        }
    }
}

/// Which limit of which subject refused.
struct SharedRefusal: Error, Equatable {
    var subject: Int
    var limit: Int
}
