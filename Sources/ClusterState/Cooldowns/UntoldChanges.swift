internal import GatewayTypes

/// What could not be told because Redis was away: of each cooldown the last change only.
struct UntoldChanges: Sendable {
    private struct Entry {
        var number: Int
        var change: CooldownChange
    }

    private var rests: [CooldownKey: Entry] = [:]
    private var breakers: [CooldownKey: Entry] = [:]
    private var all: Entry?

    var isEmpty: Bool { rests.isEmpty && breakers.isEmpty && all == nil }

    /// - Parameter number: grows with each change of this node, for failures are not told in the order of the changes.
    mutating func add(_ change: CooldownChange, number: Int) {
        let entry = Entry(number: number, change: change)
        switch change {
        case .cool(let key, _, _): Self.put(entry, at: key, in: &rests)
        case .open(let key, _, _), .close(let key): Self.put(entry, at: key, in: &breakers)
        case .clear(let key):
            Self.put(entry, at: key, in: &rests)
            Self.put(entry, at: key, in: &breakers)
        case .clearAll:
            rests = rests.filter { $0.value.number > number }
            breakers = breakers.filter { $0.value.number > number }
            if all.map({ $0.number < number }) ?? true { all = entry }
        case .release: break
        }
    }

    /// Takes everything out, in the order in which it happened.
    mutating func take() -> [(number: Int, change: CooldownChange)] {
        var entries = Array(rests.values) + breakers.values + (all.map { [$0] } ?? [])
        self = UntoldChanges()
        entries.sort { $0.number < $1.number }
        var last = -1
        return entries.compactMap { entry in
            defer { last = entry.number }
            return entry.number == last ? nil : (entry.number, entry.change)  // a clear counts once
        }
    }

    private static func put(_ entry: Entry, at key: CooldownKey, in entries: inout [CooldownKey: Entry]) {
        if let known = entries[key], known.number > entry.number { return }
        entries[key] = entry
    }
}
