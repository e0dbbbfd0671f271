internal import GatewayTypes

extension SharedShard {
    enum Step {
        /// Redis is to be asked; the call counts as sent.
        case ask([AdmitCall.Slot])
        case decideHere([AdmitCall.Slot])
        /// Until this node, and then the others, have told Redis what they let in.
        case wait
    }

    /// How long an admission waits for other nodes, in milliseconds; then this node's leases must do.
    static let joining: Int64 = 400

    mutating func step(
        for subjects: [LimitSubject], _ amount: Reservation, at time: Int64, monotonic moment: Int64
    ) -> Step {
        if isTelling { return .wait }
        switch mode {
        case .on:
            inFlight += 1
            let slots = counters.slots(of: subjects, at: time)
            let need = SharedAmounts(needOf: amount)
            for slot in slots { counters.list[slot.place].asked += need }
            return .ask(slots)
        case .joining(let since) where moment - since < Self.joining: return .wait
        case .joining, .cut: return .decideHere(counters.slots(of: subjects, at: time))
        }
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
            counters.list[slot.place].asked -= need
            if mode == .on {
                counters.list[slot.place].lend(counter.lease, version: counter.version)
            } else {
                // Let in before the outage and told in it: what was let in meanwhile has been taken from the old lease.
                counters.list[slot.place].use(need)
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
                counters.list[slot.place].takeShares(
                    { share(most[$0], slot.key, since) }, subject.limits, since: since, now: time)
            }
            for limit in 0..<7 where most[limit] >= 0 {
                switch subject.limits.onOutage[SharedAmounts.kinds[limit]] {
                case .allow: break
                case .refuse: return .failure(SharedRefusal(subject: number, limit: limit))
                case .share:
                    let counter = counters.list[slot.place]
                    guard need[limit] <= counter.room[limit] - counter.asked[limit] else {
                        return .failure(SharedRefusal(subject: number, limit: limit))
                    }
                }
            }
        }
        for slot in slots { counters.list[slot.place].use(need) }
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
            counters.list[slot.place].charge(amount, in: charge)
            charges.append(charge)
        }
        return (charges, open.reserve())
    }
}

/// Which limit of which subject refused.
struct SharedRefusal: Error, Equatable {
    var subject: Int
    var limit: Int
}
