internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import SQLDatabase
internal import Synchronization
internal import Telemetry

/// Sees to it that rows do not stay in the streams. This node's own go to the database from memory, and are taken out of the
/// streams once they are there. Those that nobody takes out, because their node died or lost its connection, are moved: every
/// shard's stream has a mover for some seconds; when it dies, another node takes over from where it was. Rows are taken out of
/// a stream when they are committed, and inserting one twice changes nothing.
///
/// No request waits for it. It reads `mostAtOnce` rows into memory at most.
actor UsageMover {
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop: EventLoop
    private nonisolated let client: RedisClient
    private nonisolated let cluster: ClusterLimits
    private nonisolated let ledger: UsageLedger
    private nonisolated let timing: ClusterTiming
    private nonisolated let inStream = Atomic<Int>(0)
    private var isClosed = false
    /// Until when others may have a go, as the database does not take rows from this node; a monotonic moment.
    private var restsUntil: Int64 = 0
    private var hasFailed = false
    /// When this node last looked for rows that nobody takes out, a monotonic moment.
    private var lookedAt: Int64?
    /// By shard, the places up to which rows were moved, as this node has noted them in the database.
    private var noted: [Int: StreamPlace] = [:]

    private static let takeScript = RedisScript(TakeScript.source)
    private static let movedScript = RedisScript(MovedScript.source)
    /// Rows of one shard in one answer.
    private static let mostTaken = 200
    private static let mostAtOnce = 1000
    /// How often it looks for rows that nobody takes out, in milliseconds.
    private static let looking: Int64 = 1000

    init(cluster: ClusterLimits, keeper: ClusterKeeper) {
        self.cluster = cluster
        loop = keeper.loop
        client = keeper.client
        ledger = keeper.ledger
        timing = keeper.timing
    }

    /// Rows in the streams when they were last looked at, of those that nobody takes out in time.
    nonisolated var entries: Int { inStream.load(ordering: .relaxed) }

    func start() { Task(executorPreference: loop) { await self.keepMoving() } }

    private func keepMoving() async {
        while !isClosed {
            let isWritten = await removeWritten()
            loop.checkIsolated()
            var isMore = false
            let now = RedisClock.monotonic()
            if lookedAt.map({ now - $0 >= Self.looking }) ?? true {
                // Who has not caught up with its own rows leaves those of others to others.
                isMore = await moveOnce(wantsTurn: isWritten)
                loop.checkIsolated()
                lookedAt = isMore ? nil : now
            }
            if !isMore { try? await loop.sleep(for: timing.moving) }
        }
    }

    /// Writes this node's rows, notes how far rows have come, and lets others be movers.
    func finish() async {
        await untilAnswered()
        _ = await removeWritten()
        loop.checkIsolated()
        _ = await moveOnce()
        loop.checkIsolated()
        isClosed = true
        for shard in cluster.shards.indices { _ = await take(shard, keepsFor: 0) }
    }

    /// Until Redis has said of every end where its row is. What it says later is for the next mover.
    private func untilAnswered() async {
        for _ in 0..<400 where client.isUp && cluster.shards.contains(where: { $0.withLock { $0.inFlight } > 0 }) {
            try? await loop.sleep(for: .milliseconds(5))
            loop.checkIsolated()
        }
    }

    func close() { isClosed = true }

    // MARK: - This node's rows

    /// - Returns: whether the database takes rows.
    func removeWritten() async -> Bool {
        if ledger.streamed.withLock({ $0.isEmpty }) { return true }
        guard let written = await ledger.writeStreamed() else { return false }
        loop.checkIsolated()
        for (shard, places) in written { _ = await remove(places.map { .bytes($0) }, from: shard) }
        return true
    }

    /// - Returns: false when Redis is away, or may be another one that did not give these places.
    private func remove(_ places: [RedisWord], from shard: Int) async -> Bool {
        var rest = places[...]
        while !rest.isEmpty {
            guard cluster.shards[shard].withLock({ $0.mode }) == .on else { return false }
            let reply = try? await client.run(
                Self.movedScript, keys: [SharedKeys.usage(shard), SharedKeys.moved(shard)],
                arguments: Array(rest.prefix(MovedScript.mostRows)))
            loop.checkIsolated()
            guard reply != nil else { return false }
            rest = rest.dropFirst(MovedScript.mostRows)
        }
        return true
    }

    // MARK: - Rows that nobody takes out

    /// - Parameter wantsTurn: false leaves the rows to other nodes.
    /// - Returns: whether there is more to move now.
    func moveOnce(wantsTurn: Bool = true) async -> Bool {
        guard client.isUp else { return false }
        let lease = !wantsTurn || RedisClock.monotonic() < restsUntil ? 0 : timing.mover
        var taken: [StreamTake] = []
        var moved: [Int: StreamPlace] = [:]
        var (length, count, isMore) = (0, 0, false)
        for shard in cluster.shards.indices where cluster.shards[shard].withLock({ $0.mode }) == .on {
            guard let take = await take(shard, keepsFor: lease) else { continue }
            loop.checkIsolated()
            length += take.length
            isMore = isMore || take.entries.count == Self.mostTaken
            if take.isMover, let place = take.moved, place != noted[shard] { moved[shard] = place }
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
        let isMoved = await move(taken)
        loop.checkIsolated()
        await note(moved)
        loop.checkIsolated()
        return isMore && isMoved && !isClosed
    }

    private func take(_ shard: Int, keepsFor lease: Int64) async -> StreamTake? {
        let reply = try? await client.run(
            Self.takeScript, keys: [SharedKeys.mover(shard), SharedKeys.moved(shard), SharedKeys.usage(shard)],
            arguments: [
                .text(cluster.epoch), .text(String(lease)), .text(String(timing.orphaned)), .integer(Self.mostTaken),
            ])
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
            guard await remove(take.entries.map { .text($0.place) }, from: take.shard) else { return false }
            loop.checkIsolated()
        }
        return true
    }

    /// Tells the database how far the streams' rows have come, so that an older copy of Redis's memory can be told as such.
    /// A shard's mover does, about once a second.
    private func note(_ moved: [Int: StreamPlace]) async {
        guard !moved.isEmpty, (try? await ledger.note(moved)) != nil else { return }  // else the next time
        loop.checkIsolated()
        noted.merge(moved) { $1 }
    }

    private func rest(because error: SQLError) {
        loop.checkIsolated()
        restsUntil = RedisClock.monotonic() + 2000
        guard !hasFailed else { return }
        hasFailed = true
        cluster.log.warning("rows wait in the usage stream: the database takes none", ["reason": "\(error)"])
    }
}
