internal import GatewayTypes

/// Every counter of this process, and the rules by which a request is let in and settled. A pure value: the clock comes in
/// as an argument, in Unix milliseconds.
///
/// Rules: no limit where a limit is `nil`, blocked where it is 0. What a request may cost at most is reserved before, and
/// what it did cost takes the reservation's place in the window it was admitted in; so a window is over its limit only
/// when a provider counts more than it was allowed to. A reservation that a whole empty window could not hold is refused:
/// cutting it would let the answer overshoot.
struct LimitLedger {
    struct Owner: Hashable {
        var kind: LimitOwner
        var id: String
    }

    private struct SeedKey: Hashable {
        var owner: Owner
        var zone: String?
    }

    /// What must be known of an admitted request to settle it: the counters it is in, and since when.
    struct Ticket: Sendable {
        fileprivate var slots: [Slot]
        var reservation: Reservation

        fileprivate struct Slot: Sendable {
            var counter: Int
            var minute: Int64
            var day: Int64
            var month: Int64
        }
    }

    enum Outcome {
        case admitted(Ticket, RateStatus)
        case refused(LimitRefusal)
    }

    private var index: [Owner: Int] = [:]
    private var counters: [LimitCounter] = []
    private var free: [Int] = []
    private var seeds: [SeedKey: LimitSeed] = [:]
    private var latest: Int64 = 0
    private var nextPruning: Int64 = 0

    /// Counters kept now.
    var count: Int { index.count }

    /// All or nothing: either every subject has room, and all of them are charged, or none is.
    mutating func admit(_ subjects: [LimitSubject], reserving amount: Reservation, at time: Int64) -> Outcome {
        let now = monotone(time)
        if now >= nextPruning { prune(at: now) }
        var slots: [Ticket.Slot] = []
        slots.reserveCapacity(subjects.count)
        for subject in subjects {
            let at = counter(of: subject)
            counters[at].roll(to: now, in: subject.limits.zone)
            if let refusal = counters[at].refusal(of: subject, reserving: amount, at: now) { return .refused(refusal) }
            let counter = counters[at]
            slots.append(
                Ticket.Slot(
                    counter: at, minute: counter.minute.span.start, day: counter.day.span.start,
                    month: counter.month.span.start))
        }
        var rates = RateStatus()
        for (slot, subject) in zip(slots, subjects) {
            counters[slot.counter].charge(amount)
            rates.narrow(by: subject.limits, counters[slot.counter], at: now)
        }
        return .admitted(Ticket(slots: slots, reservation: amount), rates)
    }

    /// Gives back what was reserved and keeps what was spent.
    mutating func settle(_ ticket: Ticket, tokens: Int, cost: USD?) {
        let amount = HeldAmount(
            reservedTokens: ticket.reservation.tokens, reservedCost: ticket.reservation.cost ?? .zero,
            spentTokens: tokens, spentCost: cost ?? .zero)
        for slot in ticket.slots {
            counters[slot.counter].open -= 1
            counters[slot.counter].minute.settle(amount, admittedIn: slot.minute)
            counters[slot.counter].day.settle(amount, admittedIn: slot.day)
            counters[slot.counter].month.settle(amount, admittedIn: slot.month)
        }
    }

    /// Takes over what earlier processes recorded, for owners that have no counter yet.
    mutating func seed(_ seeds: [LimitSeed]) {
        for seed in seeds {
            self.seeds[SeedKey(owner: Owner(kind: seed.owner, id: seed.id), zone: seed.zone)] = seed
        }
    }

    /// The counter of an owner, for tests and operators; `nil` when nothing is kept of it.
    func usage(of owner: LimitOwner, id: String) -> LimitCounter? {
        index[Owner(kind: owner, id: id)].map { counters[$0] }
    }

    /// A clock that was set back a little must not begin the last window anew; one that was set back for good must not
    /// stop the windows.
    private mutating func monotone(_ time: Int64) -> Int64 {
        if time < latest, latest - time < 300_000 { return latest }
        latest = time
        return time
    }

    private mutating func counter(of subject: LimitSubject) -> Int {
        let owner = Owner(kind: subject.owner, id: subject.id)
        if let known = index[owner] { return known }
        let fresh = takeSeed(for: owner, in: subject.limits.zone)
        let at: Int
        if let reused = free.popLast() {
            at = reused
            counters[at] = fresh
        } else {
            at = counters.count
            counters.append(fresh)
        }
        index[owner] = at
        return at
    }

    /// A member of a tier has used what its user has.
    private func takeSeed(for owner: Owner, in zone: String?) -> LimitCounter {
        if let seed = seed(of: owner, in: zone) { return seed.counter }
        guard owner.kind == .tier, let colon = owner.id.lastIndex(of: ":") else { return LimitCounter() }
        let user = Owner(kind: .user, id: String(owner.id[owner.id.index(after: colon)...]))
        return seed(of: user, in: zone)?.counter ?? LimitCounter()
    }

    /// A zone that was stated since the sums were made has none yet: the windows of UTC run to their end.
    private func seed(of owner: Owner, in zone: String?) -> LimitSeed? {
        seeds[SeedKey(owner: owner, zone: zone)] ?? seeds[SeedKey(owner: owner, zone: nil)]
    }

    private mutating func prune(at now: Int64) {
        nextPruning = now + CalendarWindow.dayLength / 24
        for (owner, at) in index where counters[at].isIdle(at: now) {
            index[owner] = nil
            free.append(at)
        }
        seeds = seeds.filter { $0.value.counter.month.span.contains(now) }
    }
}

extension LimitCounter {
    fileprivate mutating func charge(_ amount: Reservation) {
        open += 1
        let cost = amount.cost ?? .zero
        minute.add(requests: 1, tokens: amount.tokens, cost: cost)
        day.add(requests: 1, tokens: amount.tokens, cost: cost)
        month.add(requests: 1, tokens: amount.tokens, cost: cost)
    }
}
