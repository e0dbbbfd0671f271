public import GatewayTypes

/// Lets requests in: everything a request owes begins with `admit` and ends with the hold it returns.
///
/// In one process `InProcessLimits` keeps the counters; in a cluster one script to admit and one to settle do the same.
public protocol AdmissionControl: Sendable {
    /// Charges the request to all of `subjects` or to none, and opens its row of the ledger.
    ///
    /// - Parameters:
    ///   - opening: what is known now: ids, caller, route, the estimate of the prompt (`usage.promptTokens`) and what that
    ///     costs. It becomes the row of a request that is never settled.
    ///   - reservation: what the request may cost at most.
    /// - Throws: `limited`, naming the limit that has no room; `fault` when the row can be kept nowhere.
    func admit(
        _ opening: UsageRecord, subjects: [LimitSubject], reservation: Reservation
    ) async throws(GatewayError) -> Hold

    /// What is open now, the oldest first.
    func openHolds() async -> [OpenHold]
}

/// One admitted request that is not settled yet, as `GET /admin/api/v1/holds` lists it.
public struct OpenHold: Sendable, Equatable {
    public var id: String
    public var requestID: String
    public var userID: String
    public var username: String
    public var tokenID: String?
    public var endpoint: String
    public var route: String
    public var node: String
    /// Unix milliseconds of admission.
    public var since: Int64
    public var reserved: Reservation
}

/// An admitted request as its hold knows it: what it was opened with, and where it goes when it ends. Called on whatever
/// thread ends it, so it must neither wait nor take long.
protocol HoldSettlement: AnyObject, Sendable {
    var opening: UsageRecord { get }
    var reservation: Reservation { get }

    func checkpoint(_ progress: UsageProgress)
    func settle(as record: consuming UsageRecord)
}
