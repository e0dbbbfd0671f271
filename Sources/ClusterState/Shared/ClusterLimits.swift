internal import EventLoop
internal import RedisClient
internal import Telemetry
internal import Threading

/// What the loops of one node share of the limits that all nodes share: the node's part of each shard, Redis's clock, and
/// which nodes there are. `ClusterKeeper` keeps it true; `SharedLimits`, one for each loop, uses it.
final class ClusterLimits: Sendable {
    /// 8 characters that no other start of any node has.
    let epoch: String
    let node: String
    let clock: RedisClock
    let members: Membership
    let shards: [Locked<SharedShard>]
    let log: Log
    private let wakeKeeper = Locked<(@Sendable () -> Void)?>(nil)

    init(node: String, epoch: String, wallClock: Int64, log: Log) {
        self.node = node
        self.epoch = epoch
        self.log = log
        clock = RedisClock(wallClock: wallClock)
        members = Membership(epoch: epoch)
        shards = (0..<SharedKeys.shardCount).map { Locked(SharedShard(number: $0, since: wallClock)) }
    }

    /// Redis answered a shard's call with an outage, or not at all.
    func lost(_ shard: Int) {
        let now = clock.now()
        shards[shard].withLock { $0.cut(at: now, monotonic: RedisClock.monotonic()) }
        wake()
    }

    /// A connection was lost: what Redis knows is in doubt, and it may come back as another.
    func lostAll() {
        let now = clock.now()
        for shard in shards { shard.withLock { $0.cut(at: now, monotonic: RedisClock.monotonic()) } }
        wake()
    }

    func onWake(_ body: (@Sendable () -> Void)?) { wakeKeeper.withLock { $0 = body } }

    /// Something is to be told to Redis.
    func wake() { wakeKeeper.withLock { $0 }?() }

    /// Requests that are open on this node.
    var openHolds: [SharedHold] { shards.flatMap { $0.withLock { $0.open.all } } }

    /// Whether Redis is asked about every request.
    var isOn: Bool { shards.allSatisfy { $0.withLock { $0.mode } == .on } }
}
