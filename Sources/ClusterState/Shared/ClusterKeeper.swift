internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import Telemetry
internal import Threading

/// Keeps what `ClusterLimits` knows true, on a loop of its own: tells Redis that this node lives, says again what it let in
/// whenever that is in doubt, gives leases back that others need, and settles what dead nodes left.
actor ClusterKeeper {
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated let cluster: ClusterLimits
    nonisolated let loop: EventLoop
    nonisolated let client: RedisClient
    nonisolated let ledger: UsageLedger
    nonisolated let tiers: ConfiguredTiers
    nonisolated let subscription: RedisSubscription
    private var clients: [RedisClient] = []
    var isClosed = false
    /// This node, as heartbeats describe it.
    let me: LiveNode
    /// All nodes, as the last heartbeat found them.
    var nodes: [LiveNode] = []
    /// Since when heartbeats have come through without a break, by the monotonic clock.
    var beatingSince: Int64?
    private var wakeUp: CheckedContinuation<Void, Never>?
    private var isWanted = false
    /// Shards that wait for the ledger, and whether this node is about to tell what it says.
    var unseeded: Set<Int> = []
    var isSeeding = false
    private let asked = Locked<[String: Int64]>([:])

    nonisolated let timing: ClusterTiming

    init(
        cluster: ClusterLimits, loop: EventLoop, settings: RedisSettings, me: LiveNode, ledger: UsageLedger,
        tiers: ConfiguredTiers, timing: ClusterTiming
    ) {
        self.cluster = cluster
        self.timing = timing
        self.loop = loop
        self.me = me
        self.ledger = ledger
        self.tiers = tiers
        client = RedisClient(loop: loop, settings: settings)
        subscription = RedisSubscription(loop: loop, settings: settings)
    }

    /// Begins to keep, once this node is registered.
    func start() async {
        cluster.onWake { [weak self] in Task { await self?.wake() } }
        await subscription.subscribe(SharedKeys.channel) { [weak self] bytes in
            guard let self, let message = LimitMessage(bytes) else { return }
            self.assumeIsolated { $0.take(message) }
        }
        await watch(client)
        Task(executorPreference: loop) { await self.keepBeating() }
        Task(executorPreference: loop) { await self.keepTelling() }
        Task(executorPreference: loop) { await self.keepAmending() }
    }

    /// A loop's connection joins; until all of them are up, nothing is told.
    func watch(_ client: RedisClient) async {
        clients.append(client)
        await client.onStateChange { [weak self, cluster] state in
            if case .down = state { cluster.lostAll() } else { Task { await self?.wake() } }
        }
    }

    func close() async {
        isClosed = true
        cluster.onWake(nil)
        wake()
        await subscription.close()
        await client.close()
    }

    // MARK: - Telling Redis what this node let in

    private func wake() {
        isWanted = true
        guard let waiting = wakeUp else { return }
        wakeUp = nil
        waiting.resume()
    }

    private func keepTelling() async {
        while !isClosed {
            isWanted = false
            await tellAll()
            loop.checkIsolated()
            let now = RedisClock.monotonic()
            for shard in cluster.shards {
                for caller in shard.withLock({ $0.overdue(at: now) }) { caller.resume() }
            }
            if cluster.isOn {
                if !isWanted { await withCheckedContinuation { wakeUp = $0 } }
            } else {
                try? await loop.sleep(for: .milliseconds(isSeeding ? 50 : 20))
            }
        }
    }

    /// Tells everything that is in doubt, if Redis is there for all loops.
    func tellAll() async {
        guard client.isUp, clients.allSatisfy(\.isUp), !cluster.isOn, let run = await runID() else { return }
        for number in cluster.shards.indices where cluster.shards[number].withLock({ $0.mode }) != .on {
            guard await tell(number, run) else { return }
        }
        seedLater()
    }

    /// - Returns: false when Redis is away again.
    private func tell(_ number: Int, _ run: String) async -> Bool {
        guard
            let report = cluster.shards[number].withLock({
                $0.beginTelling(at: cluster.clock.now(), monotonic: RedisClock.monotonic())
            })
        else {
            return true
        }
        ledger.forgetStreamed()
        return await tell(report, number, run)
    }

    func tell(_ report: SharedReport, _ number: Int, _ run: String) async -> Bool {
        var isComplete: Bool? = true
        for part in 0..<report.partCount where isComplete != nil {
            let call = report.part(
                part, shard: number, run: run, me: me, hasRecovered: ledger.hasRecovered,
                epochs: cluster.members.epochs, deadline: cluster.clock.now() + 200)
            let reply = try? await client.run(SharedReport.script, keys: call.keys, arguments: call.arguments)
            var reader = PackedReader(reply?.asBytes ?? [])
            switch reader.count == 2 ? reader.integer() : -1 {
            case 0: break
            case 5: isComplete = false
            case 7:
                isComplete = false
                unseeded.insert(number)
            default: isComplete = nil
            }
        }
        let result = isComplete
        let (waiting, untold, told) = cluster.shards[number].withLock { shard in
            let (waiting, untold) = shard.endTelling(isComplete: result, at: RedisClock.monotonic())
            return (waiting, untold, shard.takeTold())
        }
        if !told.isEmpty { ledger.journal.told(told) }
        for end in untold { cluster.submit(end, in: number, by: cluster.epoch, client) }
        for caller in waiting { caller.resume() }
        return result != nil
    }

    /// The id of Redis's process: after a restart or a failover it is another.
    func runID() async -> String? {
        guard let text = try? await client.command(["INFO", "server"]).asText else { return nil }
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("run_id:") {
            return String(line.dropFirst(7))
        }
        return nil
    }

    // MARK: - Messages

    /// Asks other nodes to give back what they were lent of a counter.
    nonisolated func wantRoom(in counter: String, _ client: RedisClient) {
        guard mayAsk(counter, every: 2) else { return }
        publish(.wantsRoom(from: cluster.epoch, counter: counter), client)
    }

    /// Asks all nodes to say again what they let in.
    nonisolated func callOthers(_ client: RedisClient) {
        guard mayAsk("", every: 100) else { return }
        publish(.reportAll(from: cluster.epoch), client)
    }

    nonisolated func publish(_ message: LimitMessage, _ client: RedisClient) {
        client.submit(["PUBLISH", .text(SharedKeys.channel), .text(message.text)])
    }

    /// Many requests find out the same thing at once.
    private nonisolated func mayAsk(_ what: String, every milliseconds: Int64) -> Bool {
        let now = RedisClock.monotonic()
        return asked.withLock { asked in
            if let last = asked[what], now - last < milliseconds { return false }
            if asked.count >= 1000 { asked = [:] }
            asked[what] = now
            return true
        }
    }

    private func take(_ message: LimitMessage) {
        switch message {
        case .wantsRoom(let epoch, let counter):
            guard epoch != cluster.epoch, let number = SharedKeys.shard(ofCounter: counter) else { return }
            giveBack(counter, in: number)
        case .reportAll(let epoch):
            guard epoch != cluster.epoch else { return }
            let now = RedisClock.monotonic()
            for shard in cluster.shards { shard.withLock { $0.join(at: now) } }
            wake()
        case .gone(let epoch):
            guard epoch != cluster.epoch else { return }
            nodes.removeAll { $0.epoch == epoch }
            cluster.members.remove(epoch)
        }
    }

    func giveBack(_ counter: String, in number: Int) {
        let cluster = cluster
        guard let (place, version) = cluster.shards[number].withLock({ $0.beginYield(counter) }) else { return }
        client.submit(
            YieldScript.script, keys: [counter], arguments: [.text(cluster.epoch), .integer(version + 1_000_000)]
        ) { outcome in
            let version = (try? outcome.get())?.asInteger
            cluster.shards[number].withLock { $0.endYield(place, version: version) }
            if version == nil { cluster.lost(number) }
        }
    }
}
