internal import GatewayTypes

/// What a node keeps of a request that it let in on behalf of all nodes.
final class SharedHold: HoldSettlement {
    /// One counter that the request is in, and the starts of the windows it was charged to.
    struct Charge: Sendable, Equatable {
        /// Where the shard's list has the counter.
        var place: Int
        /// The counter's key in Redis.
        var key: String
        var minute: Int64
        var day: Int64
        var month: Int64
    }

    let opening: UsageRecord
    /// The opening's `journalIdentity`, for the records of its end.
    let identity: [UInt8]
    let reservation: Reservation
    let shard: Int
    let charges: [Charge]
    /// What stands in the hash of holds.
    let payload: [UInt8]
    /// The journal's segment with the opening; `nil` when the journal had no room.
    let openedIn: Int?
    /// Where the shard's list of open requests has it.
    let place: Int
    private let limits: SharedLimits

    init(
        opening: UsageRecord, identity: [UInt8], reservation: Reservation, shard: Int, charges: [Charge],
        payload: [UInt8], openedIn: Int?, place: Int, limits: SharedLimits
    ) {
        self.opening = opening
        self.identity = identity
        self.reservation = reservation
        self.shard = shard
        self.charges = charges
        self.payload = payload
        self.openedIn = openedIn
        self.place = place
        self.limits = limits
    }

    /// How a request ends: what its counters and Redis are told.
    struct End: Sendable {
        var id: String
        var amount: HeldAmount
        var charges: [Charge]
        /// Where the shard's list of open requests has it; `nil` when it never was in it.
        var place: Int?
        /// The row for the stream; empty for none.
        var row: [UInt8]
        var source = Source.node
    }

    /// Who says how a request ended.
    enum Source: Sendable {
        /// The node that let it in.
        case node
        /// Another one, which guesses: its row is for the stream only where the hold was still there. What it guessed is kept
        /// as a hold of that many tokens (`HoldPayload`).
        case guess([UInt8])
        /// The ledger, of a request that was guessed: the amount takes the place of the guess.
        case ledger
    }

    /// The minute that all counters were charged in; what the script of admission puts before the payload.
    var minute: Int64 { charges.first?.minute ?? 0 }

    func checkpoint(_ progress: UsageProgress) { limits.checkpoint(self, progress) }

    func settle(as record: consuming UsageRecord) { limits.settle(self, as: record) }
}
