internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import SQLDatabase
internal import Synchronization
internal import Telemetry

/// Moves rows from the stream to the database, for all nodes while it is this node's turn, and tells the ledger which of this
/// node's own rows the database has. Every shard's stream has a mover for some seconds; when it dies, another node takes
/// over from where it was: rows are taken out of the stream when they are committed, and inserting one twice changes nothing.
///
/// No request waits for it. It holds `mostAtOnce` rows in memory at most.
actor UsageMover {
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop: EventLoop
    private nonisolated let client: RedisClient
    private nonisolated let cluster: ClusterLimits
    private nonisolated let ledger: UsageLedger
    private nonisolated let timing: ClusterTiming
    private nonisolated let inStream = Atomic<Int>(0)
    private var isClosed = false
    private var isMover = false
    /// Until when others may have a go, as the database does not take rows from this node; a monotonic moment.
    private var restsUntil: Int64 = 0
    private var hasFailed = false
    /// Places that Redis knows and the database does not, by shard; when the latest were noted there, a monotonic moment.
    private var unnoted: [Int: StreamPlace] = [:]
    private var notedAt: Int64 = 0

    private static let takeScript = RedisScript(TakeScript.source)
    private static let movedScript = RedisScript(MovedScript.source)
    /// Rows of one shard in one answer.
    private static let mostTaken = 200
    private static let mostAtOnce = 1000

    init(cluster: ClusterLimits, keeper: ClusterKeeper) {
        self.cluster = cluster
        loop = keeper.loop
        client = keeper.client
        ledger = keeper.ledger
        timing = keeper.timing
    }

    /// Rows in the stream when it was last looked at.
    nonisolated var entries: Int { inStream.load(ordering: .relaxed) }

    func start() { Task(executorPreference: loop) { await self.keepMoving() } }

    private func keepMoving() async {
        while !isClosed {
            let isMore = await moveOnce()
            loop.checkIsolated()
            if !isMore { try? await loop.sleep(for: isMover ? timing.moving : timing.moving * 4) }
        }
    }

    /// Moves what there is, once, and lets others be movers.
    func finish() async {
        _ = await moveOnce()
        loop.checkIsolated()
        isClosed = true
        await note(after: 0)
        for shard in cluster.shards.indices { _ = await take(shard, keepsFor: 0) }
    }

    func close() { isClosed = true }

    /// - Returns: whether there is more to move now.
    func moveOnce() async -> Bool {
        guard client.isUp else {
            // It may be away for long, and it may forget.
            ledger.doubtStreamed()
            isMover = false
            return false
        }
        let lease = RedisClock.monotonic() < restsUntil ? 0 : timing.mover
        var taken: [StreamTake] = []
        var (length, count, isMover, isMore) = (0, 0, false, false)
        for shard in cluster.shards.indices where cluster.shards[shard].withLock({ $0.mode }) == .on {
            guard let take = await take(shard, keepsFor: lease) else { continue }
            loop.checkIsolated()
            length += take.length
            isMover = isMover || take.isMover
            isMore = isMore || take.entries.count == Self.mostTaken
            ledger.moved(shard, upTo: take.moved, life: take.life)
            guard !take.entries.isEmpty else { continue }
            taken.append(take)
            count += take.entries.count
            if count > Self.mostAtOnce - Self.mostTaken {
                guard await move(taken) else { return false }
                loop.checkIsolated()
                (taken, count) = ([], 0)
            }
        }
        inStream.store(length, ordering: .relaxed)
        self.isMover = isMover
        let isMoved = await move(taken)
        loop.checkIsolated()
        await note(after: 1000)
        loop.checkIsolated()
        return isMore && isMoved && !isClosed
    }

    private func take(_ shard: Int, keepsFor lease: Int64) async -> StreamTake? {
        let reply = try? await client.run(
            Self.takeScript,
            keys: [
                SharedKeys.boot(shard), SharedKeys.mover(shard), SharedKeys.moved(shard), SharedKeys.usage(shard),
            ], arguments: [.text(cluster.epoch), .text(String(lease)), .integer(Self.mostTaken)])
        loop.checkIsolated()
        return StreamTake(reply, shard: shard)
    }

    /// Into the database first; out of the stream only then.
    private func move(_ taken: [StreamTake]) async -> Bool {
        guard !taken.isEmpty else { return true }
        do throws(SQLError) {
            try await ledger.insert(taken.flatMap { $0.entries.compactMap(\.row) })
        } catch {
            rest(because: error)
            return false
        }
        loop.checkIsolated()
        hasFailed = false
        for take in taken {
            for entry in take.entries where entry.row == nil {
                guard await ledger.reject(entry.bytes, of: entry.place) else { return false }
                loop.checkIsolated()
            }
            guard let last = take.entries.last, let next = StreamPlace(last.place)?.next else { continue }
            let reply = try? await client.run(
                Self.movedScript, keys: [SharedKeys.usage(take.shard), SharedKeys.moved(take.shard)],
                arguments: [.text(last.place), .text(next)])
            loop.checkIsolated()
            if reply != nil {
                let place = StreamPlace(last.place)
                ledger.moved(take.shard, upTo: place, life: take.life)
                unnoted[take.shard] = place
            }
        }
        return true
    }

    /// Tells the database how far its rows have come, so that an older copy of Redis's memory can be told as such.
    private func note(after milliseconds: Int64) async {
        let now = RedisClock.monotonic()
        guard !unnoted.isEmpty, now - notedAt >= milliseconds else { return }
        let places = unnoted
        guard (try? await ledger.note(places)) != nil else { return }  // the next time
        loop.checkIsolated()
        notedAt = now
        for (shard, place) in places where unnoted[shard] == place { unnoted[shard] = nil }
    }

    private func rest(because error: SQLError) {
        loop.checkIsolated()
        restsUntil = RedisClock.monotonic() + 2000
        guard !hasFailed else { return }
        hasFailed = true
        cluster.log.warning("rows wait in the usage stream: the database takes none", ["reason": "\(error)"])
    }
}
