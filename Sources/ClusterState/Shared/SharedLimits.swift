internal import EventLoop
public import GatewayTypes
internal import RedisClient
internal import Telemetry
internal import Threading

/// Limits that all nodes share, for the requests of one loop: one script lets a request in, one settles it. While Redis is
/// away the node lets in what its leases allow.
public final class SharedLimits: AdmissionControl {
    let cluster: ClusterLimits
    let client: RedisClient
    let ledger: UsageLedger
    let keeper: ClusterKeeper

    init(cluster: ClusterLimits, client: RedisClient, ledger: UsageLedger, keeper: ClusterKeeper) {
        self.cluster = cluster
        self.client = client
        self.ledger = ledger
        self.keeper = keeper
    }

    public func openHolds() async -> [OpenHold] { await keeper.onLoop { await $0.openHolds() } }

    /// How long leases of other nodes are waited for.
    private static let yielding: [Duration] = [
        .milliseconds(3), .milliseconds(10), .milliseconds(30), .milliseconds(50),
    ]

    public func admit(
        _ opening: UsageRecord, subjects: [LimitSubject], reservation: Reservation
    ) async throws(GatewayError) -> Hold {
        for subject in subjects {
            if let refusal = LimitRefusal(hopeless: reservation, for: subject) { throw .limited(refusal) }
        }
        let number = SharedKeys.shard(ofUser: opening.userID)
        let shard = cluster.shards[number]
        let identity = opening.journalIdentity
        let row = opening.journalBytes(identity: identity)
        var request = Admission(opening, identity, row, subjects, reservation, number)
        var yields = Self.yielding[...]
        for _ in 0..<24 {
            let now = cluster.clock.now()
            let step = shard.withLock {
                $0.step(for: subjects, reservation, at: now, monotonic: RedisClock.monotonic())
            }
            switch step {
            case .decideHere(let slots):
                switch decideHere(request, slots, at: now) {
                case .admitted(let hold): return hold
                case .refused(let refusal): throw refusal
                case .lent(let refusal): throw refusal
                case .again: continue
                }
            case .wait:
                await withCheckedContinuation { caller in
                    if !shard.withLock({ $0.wait(caller) }) { caller.resume() }
                }
                client.loop.checkIsolated()
            case .ask(let slots):
                guard client.isUp else {
                    shard.withLock { $0.answered(slots, reservation) }
                    cluster.lost(number)
                    continue
                }
                request.slots = slots
                if subjects.isEmpty { return try admitUnlimited(request) }
                let answer = await ask(request, at: now)
                client.loop.checkIsolated()
                switch consume answer {
                case .admitted(let hold): return hold
                case .refused(let refusal): throw refusal
                case .again: continue
                case .lent(let refusal):
                    guard let pause = yields.popFirst() else { throw refusal }
                    try? await client.loop.sleep(for: pause)
                    client.loop.checkIsolated()
                }
            }
        }
        throw .fault(detail: "Redis and this node did not come to terms on a request's limits")
    }
}
