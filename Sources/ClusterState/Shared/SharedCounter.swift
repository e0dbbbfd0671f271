internal import GatewayTypes

/// The windows that a request counts in.
struct SharedWindows: Equatable {
    var minute: CalendarWindow
    var day: CalendarWindow
    var month: CalendarWindow

    /// Every node must come to the same windows, so nothing but the time and the zone counts.
    init(at time: Int64, in zone: String?) {
        minute = .minute(containing: time)
        day = .day(containing: time, in: zone)
        month = .month(containing: time, in: zone)
    }

    /// The start of the window that a kind of limit counts in; `nil` for what is open now.
    func window(of limit: Int) -> CalendarWindow? {
        switch SharedAmounts.kinds[limit] {
        case .concurrentRequests: nil
        case .requestsPerMinute, .tokensPerMinute: minute
        case .requestsPerDay, .tokensPerDay, .usdPerDay: day
        case .usdPerMonth: month
        }
    }
}

/// What this node itself has let in of one owner's requests, and how much more it may let in without asking.
struct SharedCounter {
    /// The counter's key in Redis.
    let key: String
    var own = LimitCounter()
    /// What this node may let in without Redis; of what no limit is known, nothing.
    var room = SharedAmounts.zero
    /// What Redis is being asked about: it may take it from what was lent.
    var asked = SharedAmounts.zero
    /// The version of the field in Redis that `room` was told with.
    private var version = 0
    /// Leases up to this version were given back.
    private var yielded = 0
    private var isYielding = false
    /// Windows whose share was taken, so that it is taken once.
    private var sharedMinute: Int64 = 0
    private var sharedDay: Int64 = 0
    private var sharedMonth: Int64 = 0
    private var hasSharedOpen = false

    init(key: String) { self.key = key }

    /// Forgets what belongs to windows that are over. The last moments of a window, seen late, do not bring it back.
    mutating func roll(to windows: SharedWindows) {
        if own.minute.span.isFollowed(by: windows.minute) {
            own.minute = LimitCounter.Window(span: windows.minute)
            (room[1], room[3]) = (0, 0)
        }
        if own.day.span.isFollowed(by: windows.day) {
            own.day = LimitCounter.Window(span: windows.day)
            (room[2], room[4], room[5]) = (0, 0, 0)
        }
        if own.month.span.isFollowed(by: windows.month) {
            own.month = LimitCounter.Window(span: windows.month)
            room[6] = 0
        }
    }

    mutating func charge(_ amount: Reservation, in charged: SharedHold.Charge) {
        own.open += 1
        let cost = amount.cost ?? .zero
        if own.minute.span.start == charged.minute { own.minute.add(requests: 1, tokens: amount.tokens, cost: cost) }
        if own.day.span.start == charged.day { own.day.add(requests: 1, tokens: amount.tokens, cost: cost) }
        if own.month.span.start == charged.month { own.month.add(requests: 1, tokens: amount.tokens, cost: cost) }
    }

    /// - Parameter keepsRoom: Redis does not hear of it now, so what was not spent stays this node's.
    mutating func settle(_ amount: HeldAmount, in charged: SharedHold.Charge, keepsRoom: Bool) {
        if keepsRoom {
            let tokens = Double(amount.reservedTokens) - Double(amount.spentTokens)
            let cost = Double(amount.reservedCost.picodollars) - Double(amount.spentCost.picodollars)
            room[0] += 1
            if own.minute.span.start == charged.minute { room[3] += tokens }
            if own.day.span.start == charged.day {
                room[4] += tokens
                room[5] += cost
            }
            if own.month.span.start == charged.month { room[6] += cost }
            room.clamp()
        }
        own.open = max(0, own.open - 1)
        own.minute.settle(amount, admittedIn: charged.minute)
        own.day.settle(amount, admittedIn: charged.day)
        own.month.settle(amount, admittedIn: charged.month)
    }

    // MARK: - Leases

    /// Takes in what Redis says is this node's. Answers may overtake each other; the latest version counts.
    mutating func lend(_ lease: SharedAmounts, version: Int) {
        guard version > self.version, version > yielded, !isYielding else { return }
        self.version = version
        room = lease
    }

    /// Takes what a request needs from what was lent.
    mutating func use(_ need: SharedAmounts) {
        room -= need
        room.clamp()
    }

    /// Whether there is anything to give back; it may not be used from now on.
    mutating func beginYield() -> Bool {
        guard !isYielding, !room.isZero else { return false }
        isYielding = true
        room = .zero
        return true
    }

    mutating func endYield(version: Int?) {
        isYielding = false
        // Without an answer nothing is believed until everything is told again.
        yielded = max(yielded, version ?? nextVersion() - 1)
    }

    /// A version for the next `ReconcileScript`: beyond any that an answer on its way may have.
    func nextVersion() -> Int { version + 1_000_000 }

    /// `ReconcileScript` is about to write this version.
    mutating func told(_ version: Int) { self.version = version }

    var knownVersion: Int { version }

    /// Adds the shares of windows that began during an outage.
    mutating func takeShares(_ shares: (Int) -> Double, _ limits: Limits, since: Int64, now: Int64) {
        let most = SharedAmounts(maximaOf: limits)
        func take(_ start: Int64, _ taken: inout Int64, _ kinds: [Int]) {
            guard start > since, taken != start else { return }
            taken = start
            for limit in kinds where most[limit] >= 0 { room[limit] = shares(limit) }
        }
        take(own.minute.span.start, &sharedMinute, [1, 3])
        take(own.day.span.start, &sharedDay, [2, 4, 5])
        take(own.month.span.start, &sharedMonth, [6])
        // What was open when the outage began has mostly ended after a minute.
        if now - since >= 60_000, !hasSharedOpen, most[0] >= 0 {
            hasSharedOpen = true
            room[0] = max(room[0], shares(0) - Double(own.open))
            room.clamp()
        }
    }

    mutating func outageEnded() { hasSharedOpen = false }
}

extension CalendarWindow {
    /// Whether `next` is another window that does not lie before this one. Windows of different zones may overlap.
    fileprivate func isFollowed(by next: CalendarWindow) -> Bool { next.start != start && next.end > start }
}
