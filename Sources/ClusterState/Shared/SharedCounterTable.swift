internal import GatewayTypes

/// The counters of one shard. Calls that are under way know them by their place, so a place is only reused while there are
/// none.
struct SharedCounterTable: Sendable {
    private let shard: Int
    private var index: [LimitLedger.Owner: Int] = [:]
    private var byKey: [String: Int] = [:]
    private var free: [Int] = []
    /// By place; only those in use mean anything.
    var list: [SharedCounter] = []

    init(shard: Int) { self.shard = shard }

    var count: Int { index.count }

    /// The places in use.
    var places: Dictionary<LimitLedger.Owner, Int>.Values { index.values }

    func counter(of owner: LimitLedger.Owner) -> SharedCounter? { index[owner].map { list[$0] } }

    func place(ofKey key: String) -> Int? { byKey[key] }

    /// The keys of those of which this node has been lent anything.
    var lent: [String] { places.filter { !list[$0].room.isZero }.map { list[$0].key } }

    /// The counters of some subjects, rolled to the windows of `time`.
    mutating func slots(of subjects: [LimitSubject], at time: Int64) -> [AdmitCall.Slot] {
        var slots: [AdmitCall.Slot] = []
        slots.reserveCapacity(subjects.count)
        for subject in subjects {
            let place = place(of: LimitLedger.Owner(kind: subject.owner, id: subject.id))
            let windows = SharedWindows(at: time, in: subject.limits.zone)
            list[place].roll(to: windows)
            slots.append(AdmitCall.Slot(place: place, key: list[place].key, windows: windows))
        }
        return slots
    }

    private mutating func place(of owner: LimitLedger.Owner) -> Int {
        if let known = index[owner] { return known }
        let counter = SharedCounter(key: SharedKeys.counter(shard, owner))
        let place: Int
        if let reused = free.popLast() {
            place = reused
            list[place] = counter
        } else {
            place = list.count
            list.append(counter)
        }
        index[owner] = place
        byKey[counter.key] = place
        return place
    }

    /// Forgets owners of whom nothing is left to say. Only while no call is under way.
    mutating func prune(at time: Int64) {
        for (owner, place) in index where list[place].own.isIdle(at: time) {
            byKey[list[place].key] = nil
            index[owner] = nil
            free.append(place)
        }
    }
}
