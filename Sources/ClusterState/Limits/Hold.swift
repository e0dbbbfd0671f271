public import GatewayTypes

/// What was reserved for one admitted request. Settled exactly once: by `settle`, or, when it is let go of without, as
/// abandoned with what is known.
public struct Hold: ~Copyable, Sendable {
    /// For the `x-ratelimit-*` headers, as it was at admission.
    public let rates: RateStatus
    private let admitted: AdmittedRequest
    private let settlement: any HoldSettlement
    private var progress = UsageProgress()
    private var isSettled = false

    init(_ admitted: AdmittedRequest, rates: RateStatus, settlement: any HoldSettlement) {
        self.admitted = admitted
        self.rates = rates
        self.settlement = settlement
    }

    /// The key of the request's row.
    public var id: String { admitted.opening.id }

    public var reservation: Reservation { admitted.reservation }

    /// Notes how far a stream has come, so that a node that dies owes the right row. Every 2 s is often enough.
    ///
    /// - Parameters:
    ///   - completionTokens: streamed so far, by count or estimate.
    ///   - cost: of prompt and completion so far; `nil` where no price is known.
    public mutating func checkpoint(
        provider: String? = nil, model: String? = nil, completionTokens: Int, cost: USD? = nil
    ) {
        progress = UsageProgress(provider: provider, model: model, completionTokens: completionTokens, cost: cost)
        settlement.checkpoint(admitted, progress)
    }

    /// Gives back what was reserved, charges what was spent, and writes the row. What identifies the request (ids,
    /// time, node, caller, endpoint, dialect, route, `stream`) stays as it was opened, whatever `record` says.
    public consuming func settle(_ record: consuming UsageRecord) {
        isSettled = true
        settlement.settle(admitted, as: record)
    }

    deinit {
        if !isSettled { settlement.settle(admitted, as: progress.abandoning(admitted.opening)) }
    }
}

/// How far a request had come when it was last asked.
struct UsageProgress: Sendable, Equatable {
    var provider: String?
    var model: String?
    var completionTokens = 0
    var cost: USD?

    /// The row of a request that nobody settled: the estimate of its prompt and the tokens streamed so far.
    func abandoning(_ opening: UsageRecord) -> UsageRecord {
        var record = opening
        record.provider = provider ?? opening.provider
        record.model = model ?? opening.model
        record.usage.completionTokens = completionTokens
        record.cost = cost ?? opening.cost
        record.status = 500
        record.errorCode = "abandoned"
        record.estimated = true
        record.state = .abandoned
        return record
    }
}

/// What must be kept of an admitted request until it is settled.
final class AdmittedRequest: Sendable {
    let opening: UsageRecord
    /// The opening's `journalIdentity`, for the journal's record of its end.
    let identity: [UInt8]
    let reservation: Reservation
    let ticket: LimitLedger.Ticket
    /// The journal's segment with the opening; `nil` when the journal had no room.
    let openedIn: Int?
    /// Where the list of open holds has it.
    let place: Int

    init(opening: UsageRecord, identity: [UInt8], ticket: LimitLedger.Ticket, openedIn: Int?, place: Int) {
        self.opening = opening
        self.identity = identity
        reservation = ticket.reservation
        self.ticket = ticket
        self.openedIn = openedIn
        self.place = place
    }

    var hold: OpenHold {
        OpenHold(
            id: opening.id, requestID: opening.requestID, userID: opening.userID, username: opening.username,
            tokenID: opening.tokenID, endpoint: opening.endpoint, route: opening.route, node: opening.node,
            since: opening.time, reserved: reservation)
    }
}
