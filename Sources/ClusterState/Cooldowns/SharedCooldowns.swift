public import GatewayTypes
public import RedisClient
internal import Synchronization
internal import Threading

/// Cooldowns that all nodes share through Redis. Reads ask this node's mirror; what is decided here is in the mirror at once
/// and with all nodes a moment later. While Redis is away the mirror goes on alone, and what it could not tell is told
/// afterwards.
///
/// Faults in a row are each node's own; a breaker that has opened rests everywhere, and of all nodes one gets the probe.
public final class SharedCooldowns: CooldownStore {
    private let mirror: CooldownMirror
    private let feed: CooldownFeed
    private let teller: CooldownTeller
    /// The names of the probes that this node has under way.
    private let probes = Locked<[CooldownKey: String]>([:])

    /// - Parameters:
    ///   - node: a name that no other node and no earlier start of this one has, without spaces.
    ///   - client: may serve others too; `close` is its owner's.
    ///   - now: the wall clock in Unix milliseconds. Nodes' clocks need not agree.
    public init(node: String, client: RedisClient, now: @escaping @Sendable () -> Int64) {
        mirror = CooldownMirror(now: now)
        teller = CooldownTeller(node: node, client: client, now: now)
        feed = CooldownFeed(mirror, teller)
    }

    /// Begins to follow the other nodes.
    /// - Parameter subscription: on the client's loop; may serve others too.
    public func start(_ subscription: RedisSubscription) async { await feed.start(subscription) }

    public func until(_ key: CooldownKey) -> Int64? {
        mirror.isEmpty ? nil : mirror.read { $0.until(key, at: $1) }
    }

    public func cool(_ key: CooldownKey, for duration: Duration, reason: CooldownReason) {
        let until = mirror.change { table, now in
            let until = now + duration.wholeMilliseconds
            table.cool(key, until: until, reason: reason)
            return until
        }
        teller.tell(.cool(key, until: until, reason: reason))
    }

    public func begin(_ key: CooldownKey) async -> BreakerPermit {
        guard !mirror.isEmpty else { return .free }
        let (permit, deadline) = mirror.change { ($0.begin(key, at: $1), $1 + Breaker.probeTime) }
        guard permit == .probe else { return permit }
        let probe = teller.nameProbe()
        let claim = await teller.claim(key, probe: probe)
        return mirror.change { table, now in
            func yield(to news: CooldownNews) { table.yieldProbe(key, deadline: deadline, to: news) }
            switch claim {
            case .granted:
                probes.withLock { $0[key] = probe }
                return .probe
            case .closed:
                yield(to: .closed(key))
                return .free
            case .resting(let milliseconds, let openings):
                yield(to: .opened(key, until: now + milliseconds, openings: openings))
                return .resting(until: now + milliseconds)
            case .taken(let milliseconds):
                yield(to: .probing(key, until: now + milliseconds))
                return .resting(until: now + milliseconds)
            }
        }
    }

    public func fault(_ key: CooldownKey, base: Duration) {
        forgetProbe(key)
        let opened = mirror.change { table, now in table.fault(key, at: now, base: base.wholeMilliseconds) }
        if let opened, case .open(let until) = opened.state {
            teller.tell(.open(key, until: until, openings: opened.openings))
        }
    }

    public func success(_ key: CooldownKey) {
        guard !mirror.isEmpty else { return }
        forgetProbe(key)
        if mirror.change({ $0.success(key, at: $1) }) { teller.tell(.close(key)) }
    }

    public func release(_ key: CooldownKey) {
        guard !mirror.isEmpty, let probe = forgetProbe(key) else { return }
        mirror.change { table, _ in table.release(key) }
        teller.tell(.release(key, probe: probe))
    }

    public func list() -> [Cooldown] { mirror.change { $0.list(at: $1) } }

    public func clear(_ key: CooldownKey) {
        mirror.change { table, _ in table.clear(key) }
        teller.tell(.clear(key))
    }

    public func clearAll() {
        mirror.change { table, _ in table = CooldownTable() }
        teller.tell(.clearAll)
    }

    /// - Returns: the name of the probe that this node had under way, if it had one.
    @discardableResult
    private func forgetProbe(_ key: CooldownKey) -> String? { probes.withLock { $0.removeValue(forKey: key) } }
}
