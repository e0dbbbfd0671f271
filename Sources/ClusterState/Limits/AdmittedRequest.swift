internal import GatewayTypes

/// What one process keeps of an admitted request until it is settled.
final class AdmittedRequest: HoldSettlement {
    let opening: UsageRecord
    /// The opening's `journalIdentity`, for the journal's record of its end.
    let identity: [UInt8]
    let ticket: LimitLedger.Ticket
    /// The journal's segment with the opening; `nil` when the journal had no room.
    let openedIn: Int?
    /// Where the list of open holds has it.
    let place: Int
    private let limits: InProcessLimits

    init(
        opening: UsageRecord, identity: [UInt8], ticket: LimitLedger.Ticket, openedIn: Int?, place: Int,
        limits: InProcessLimits
    ) {
        self.opening = opening
        self.identity = identity
        self.ticket = ticket
        self.openedIn = openedIn
        self.place = place
        self.limits = limits
    }

    var reservation: Reservation { ticket.reservation }

    func checkpoint(_ progress: UsageProgress) { limits.checkpoint(self, progress) }

    func settle(as record: consuming UsageRecord) { limits.settle(self, as: record) }
}

extension OpenHold {
    init(_ opening: UsageRecord, reserved: Reservation) {
        self.init(
            id: opening.id, requestID: opening.requestID, userID: opening.userID, username: opening.username,
            tokenID: opening.tokenID, endpoint: opening.endpoint, route: opening.route, node: opening.node,
            since: opening.time, reserved: reserved)
    }
}
