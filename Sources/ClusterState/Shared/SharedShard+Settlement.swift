internal import GatewayTypes

extension SharedShard {
    /// - Returns: whether Redis is to be told now, row and all; the call counts as sent then. What cannot be told now is told
    ///   by `ReconcileScript`, and its row goes from memory to the database.
    mutating func settle(_ end: SharedHold.End) -> Bool {
        var keepsRoom = false
        if case .cut = mode { keepsRoom = !isTelling }
        for charge in end.charges {
            counters.list[charge.place].settle(end.amount, in: charge, keepsRoom: keepsRoom)
        }
        if let place = end.place { open.remove(place) }
        if isTelling {
            var end = end
            end.row = []  // only this node writes it
            untold.append(end)
            return false
        }
        guard mode == .on else { return false }
        inFlight += 1
        return true
    }

    // MARK: - Leases

    /// - Returns: whether this node has leases of the counter to give back; a call counts as sent then.
    mutating func beginYield(_ key: String) -> (place: Int, version: Int)? {
        guard mode == .on, !isTelling, let place = counters.place(ofKey: key), counters.list[place].beginYield() else {
            return nil
        }
        inFlight += 1
        return (place, counters.list[place].knownVersion)
    }

    mutating func endYield(_ place: Int, version: Int?) {
        inFlight -= 1
        counters.list[place].endYield(version: version)
    }
}
