public import GatewayTypes
internal import Threading

/// Limits of one process: the counters lie behind one lock that all loops share, as a decision takes well under a
/// microsecond.
public final class InProcessLimits: AdmissionControl {
    private struct State: Sendable {
        var limits = LimitLedger()
        var open = PlaceList<AdmittedRequest>()
    }

    private let state = Locked(State())
    private let ledger: UsageLedger
    private let now: @Sendable () -> Int64

    /// - Parameter now: the wall clock in Unix milliseconds.
    public init(ledger: UsageLedger, now: @escaping @Sendable () -> Int64) {
        self.ledger = ledger
        self.now = now
    }

    /// Takes over what the ledger says of the current windows. Call once, before the first request and after the ledger
    /// has recovered what the last process left.
    /// - Parameter configuredZones: the zones of tiers that the configuration file defines.
    public func seed(configuredZones: Set<String> = []) async throws(ControlStoreError) {
        let seeds = try await ledger.limitSeeds(at: now(), configuredZones: configuredZones)
        state.withLock { $0.limits.seed(seeds) }
    }

    public func admit(
        _ opening: UsageRecord, subjects: [LimitSubject], reservation: Reservation
    ) async throws(GatewayError) -> Hold {
        try admitNow(opening, subjects: subjects, reservation: reservation)
    }

    /// As `admit`, which never waits here.
    public func admitNow(
        _ opening: UsageRecord, subjects: [LimitSubject], reservation: Reservation
    ) throws(GatewayError) -> Hold {
        let time = now()
        let outcome = state.withLock { state in
            let outcome = state.limits.admit(subjects, reserving: reservation, at: time)
            guard case .admitted(let ticket, let rates) = outcome else { return (outcome, 0) }
            return (.admitted(ticket, rates), state.open.reserve())
        }
        switch outcome {
        case (.refused(let refusal), _): throw .limited(refusal)
        case (.admitted(let ticket, let rates), let place):
            let identity = opening.journalIdentity
            let openedIn = ledger.opened(opening, identity: identity)
            if openedIn == nil, !ledger.hasRoomInMemory {
                state.withLock { state in
                    state.limits.settle(ticket, tokens: 0, cost: nil)
                    state.open.remove(place)
                }
                throw .fault(detail: "the usage journal cannot be written and too many rows wait in memory")
            }
            let admitted = AdmittedRequest(
                opening: opening, identity: identity, ticket: ticket, openedIn: openedIn, place: place,
                limits: self)
            state.withLock { $0.open.put(admitted, at: place) }
            return Hold(admitted, rates: rates)
        }
    }

    public func openHolds() async -> [OpenHold] {
        state.withLock { $0.open.all }.map { OpenHold($0.opening, reserved: $0.reservation) }.sorted { $0.id < $1.id }
    }

    /// The counter of an owner, for tests.
    func usage(of owner: LimitOwner, id: String) -> LimitCounter? {
        state.withLock { $0.limits.usage(of: owner, id: id) }
    }
}

extension InProcessLimits {
    func checkpoint(_ admitted: AdmittedRequest, _ progress: UsageProgress) {
        ledger.checkpoint(id: admitted.opening.id, openedIn: admitted.openedIn, progress)
    }

    func settle(_ admitted: AdmittedRequest, as record: consuming UsageRecord) {
        record.usage = record.usage.clamped()
        record.identity = admitted.opening.identity
        let (tokens, cost) = (record.usage.totalTokens, record.cost)
        state.withLock { state in
            state.limits.settle(admitted.ticket, tokens: tokens, cost: cost)
            state.open.remove(admitted.place)
        }
        ledger.settled(record, identity: admitted.identity, openedIn: admitted.openedIn)
    }
}
