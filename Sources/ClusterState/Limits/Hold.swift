public import GatewayTypes

/// What was reserved for one admitted request. Settled exactly once: by `settle`, or, when it is let go of without, as
/// abandoned with what is known.
public struct Hold: ~Copyable, Sendable {
    /// For the `x-ratelimit-*` headers, as it was at admission.
    public let rates: RateStatus
    private let admitted: any HoldSettlement
    private var progress = UsageProgress()
    private var isSettled = false

    init(_ admitted: any HoldSettlement, rates: RateStatus) {
        self.admitted = admitted
        self.rates = rates
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
        admitted.checkpoint(progress)
    }

    /// Gives back what was reserved, charges what was spent, and writes the row. What identifies the request (ids,
    /// time, node, caller, endpoint, dialect, route, `stream`) stays as it was opened, whatever `record` says.
    public consuming func settle(_ record: consuming UsageRecord) {
        isSettled = true
        admitted.settle(as: record)
    }

    deinit {
        if !isSettled { admitted.settle(as: progress.abandoning(admitted.opening)) }
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
