internal import Crypto
public import EventLoop
internal import GatewayTypes
public import RedisClient
public import Telemetry

/// This node's membership in a cluster: limits that all nodes share, the list of nodes, and who settles what a dead one left.
public final class Cluster: Sendable {
    let cluster: ClusterLimits
    let keeper: ClusterKeeper
    let mover: UsageMover
    private let loop: EventLoop
    private let settings: RedisSettings
    private let ledger: UsageLedger
    private let clients = Locked<[RedisClient]>([])

    /// Joins, as soon as Redis can be asked. `start` must follow, when every loop has its limits.
    /// - Parameters:
    ///   - name: `SWITCHYARD_NODE_ID`, or one made up.
    ///   - wallClock: Unix milliseconds.
    ///   - tiers: those of the configuration file.
    /// - Throws: when Redis cannot be used as `settings` say, or another node of this name lives.
    public static func join(
        _ settings: RedisSettings, name: String, wallClock: Int64, ledger: UsageLedger, tiers: ConfiguredTiers, log: Log
    ) async throws(ClusterError) -> Cluster {
        try await join(
            settings, name: name, wallClock: wallClock, ledger: ledger, tiers: tiers, log: log, timing: ClusterTiming())
    }

    static func join(
        _ settings: RedisSettings, name: String, wallClock: Int64, ledger: UsageLedger, tiers: ConfiguredTiers,
        log: Log, timing: ClusterTiming
    ) async throws(ClusterError) -> Cluster {
        let loop: EventLoop
        do throws(EventLoopError) { loop = try EventLoop.start(name: "cluster") } catch { throw .resources }
        let epoch = makeEpoch()
        let limits = ClusterLimits(node: name, epoch: epoch, wallClock: wallClock, log: log)
        let keeper = ClusterKeeper(
            cluster: limits, loop: loop, settings: settings, me: LiveNode(id: name, epoch: epoch, startedAt: wallClock),
            ledger: ledger, tiers: tiers, timing: timing)
        let cluster = Cluster(cluster: limits, keeper: keeper, loop: loop, settings: settings, ledger: ledger)
        let failure = await keeper.onLoop { (keeper) -> ClusterError? in
            do throws(ClusterError) {
                try await keeper.connect()
                return await keeper.register() ? nil : .nameTaken(name)
            } catch { return error }
        }
        if let failure {
            await cluster.die()
            throw failure
        }
        return cluster
    }

    private init(
        cluster: ClusterLimits, keeper: ClusterKeeper, loop: EventLoop, settings: RedisSettings, ledger: UsageLedger
    ) {
        self.cluster = cluster
        self.keeper = keeper
        mover = UsageMover(cluster: cluster, keeper: keeper)
        self.loop = loop
        self.settings = settings
        self.ledger = ledger
    }

    /// The limits for the requests of one loop, over a connection of its own.
    public func limits(on loop: EventLoop) async -> SharedLimits {
        let client = RedisClient(loop: loop, settings: settings)
        clients.withLock { $0.append(client) }
        await keeper.watch(client)
        return SharedLimits(cluster: cluster, client: client, ledger: ledger, keeper: keeper)
    }

    /// Tells Redis that this node begins, and keeps telling. Call before the first request.
    /// - Throws: when Redis went away again.
    public func start() async throws(ClusterError) {
        let isTold = await keeper.onLoop { keeper in
            await keeper.start()
            return await keeper.isTold(within: .seconds(6))
        }
        guard isTold else { throw .unreachable("Redis of SWITCHYARD_REDIS_URL went away again") }
        await mover.start()
    }

    /// Cooldowns that all nodes share.
    public func cooldowns(now: @escaping @Sendable () -> Int64) async -> SharedCooldowns {
        let cooldowns = SharedCooldowns(node: epoch, client: keeper.client, now: now)
        await keeper.onLoop { await cooldowns.start($0.subscription) }
        return cooldowns
    }

    /// Requests that this node has let in and not settled.
    public var openCount: Int { cluster.shards.reduce(0) { $0 + $1.withLock { $0.open.count } } }

    /// Tells all nodes that the store has changed.
    public var bell: any ConfigurationBell { RedisBell(keeper) }

    /// All nodes, as the last heartbeat found them.
    func nodes() async -> [LiveNode] { await keeper.nodes.sorted { ($0.id, $0.epoch) < ($1.id, $1.epoch) } }

    /// For each epoch the milliseconds since Redis last heard of it.
    func silences() async -> [String: Int64] {
        let now = cluster.clock.now()
        return Dictionary(await keeper.nodes.map { ($0.epoch, now - $0.lastSeen) }) { one, _ in one }
    }

    /// This start of this node, among all starts of all nodes.
    public var epoch: String { cluster.epoch }

    /// Whether limits are those of all nodes at present, and not only this node's part of them.
    public var isShared: Bool { cluster.isOn }

    /// Rows of all nodes that wait in Redis for the database for longer than they should, when they were last looked at.
    public var usageStreamEntries: Int { mover.entries }

    /// Leaves, when the last request is settled.
    public func leave() async {
        await keeper.onLoop { [mover] keeper in
            await mover.finish()
            await keeper.leave()
        }
        await die()
    }

    /// Stops without a word, as a process that is killed does.
    func die() async {
        await mover.close()
        await keeper.close()
        for client in clients.withLock({ $0 }) { await client.close() }
        loop.stop()
    }

    /// 8 characters of 32, at random.
    static func makeEpoch() -> String {
        let letters = Array("0123456789abcdefghijklmnopqrstuv".utf8)
        return String(decoding: SecureRandom.bytes(8).map { letters[Int($0 & 31)] }, as: UTF8.self)
    }
}
