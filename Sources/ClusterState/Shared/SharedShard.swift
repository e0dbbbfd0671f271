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

    // What changes is changed by the extensions alone, each in its own file.
    var mode: Mode
    /// Calls of this shard that are under way. While there are any, it is not known what Redis knows.
    var inFlight = 0
    /// Whether `ReconcileScript` is under way: admissions wait for it.
    var isTelling = false
    /// What is being told is in doubt already.
    var isDoubted = false
    /// How often Redis was begun to be told everything.
    var tellings = 0
    /// The journal's segments with requests that Redis has not been told of, and how many; those being told apart.
    var untoldIn: [Int: Int] = [:]
    var beingTold: [Int: Int] = [:]
    /// More are not kept: segments would fill the disk in a long outage of limits that allow everything.
    static let mostUntold = 10_000
    /// The monotonic moment of the last loss of a connection; 0 while there was none since the start.
    var lastLoss: Int64 = 0
    var open = PlaceList<SharedHold>()
    var counters: SharedCounterTable
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// What ended while everything was being told.
    var untold: [SharedHold.End] = []

    /// - Parameter since: when the node started.
    init(number: Int, since: Int64) {
        counters = SharedCounterTable(shard: number)
        mode = .cut(since: since)
    }

    var count: Int { counters.count }

    /// The counter of an owner, for tests.
    func counter(of owner: LimitLedger.Owner) -> SharedCounter? { counters.counter(of: owner) }

    // MARK: - Calls under way

    /// Whether nothing is open here, and Redis has heard so.
    var isQuiet: Bool { mode == .on && open.count == 0 && inFlight == 0 && untold.isEmpty }

    /// One more call is about to be sent.
    mutating func sent() { inFlight += 1 }

    /// A call was answered.
    mutating func answered() { inFlight -= 1 }

    /// The question of `step` was answered, but not with yes.
    mutating func answered(_ slots: [AdmitCall.Slot], _ amount: Reservation) {
        inFlight -= 1
        let need = SharedAmounts(needOf: amount)
        for slot in slots { counters.list[slot.place].asked -= need }
    }
}
