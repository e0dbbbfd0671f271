internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import Telemetry

extension ClusterKeeper {
    static let heartbeatScript = RedisScript(HeartbeatScript.source)

    func keepBeating() async {
        while !isClosed {
            if await beat() {
                loop.checkIsolated()
                await reapDead()
            }
            loop.checkIsolated()
            try? await loop.sleep(for: timing.heartbeat)
        }
    }

    /// Says that this node lives, and takes in which nodes there are.
    /// - Returns: false when Redis could not be told.
    @discardableResult
    func beat(registers: Bool = true) async -> Bool {
        let sent = RedisClock.monotonic()
        let reply = try? await client.run(
            Self.heartbeatScript, keys: [SharedKeys.nodes],
            arguments: [.text(cluster.epoch), .bytes(registers ? me.description : [])])
        guard let words = reply?.asArray, words.count % 2 == 1, let time = words[0].asInteger else {
            beatingSince = nil
            return false
        }
        cluster.clock.set(Int64(time), at: RedisClock.monotonic())
        var found: [LiveNode] = []
        for index in stride(from: 1, to: words.count, by: 2) {
            guard let epoch = words[index].asText, epoch.utf8.count == 8, let bytes = words[index + 1].asBytes,
                let node = LiveNode(epoch: epoch, stored: bytes)
            else { continue }
            found.append(node)
        }
        nodes = found
        if registers { cluster.members.heard(of: found.map(\.epoch), at: Int64(time)) }
        beatingSince = beatingSince ?? sent
        return true
    }

    /// Takes this node's name, unless another node lives under it.
    /// - Returns: false when one does.
    func register() async -> Bool {
        _ = await beat(registers: false)
        loop.checkIsolated()
        let before = rivals
        if !before.isEmpty {
            // Whoever sends no heartbeat while three are due is dead and left its name behind.
            for _ in 0..<6 {
                try? await loop.sleep(for: timing.heartbeat / 2)
                _ = await beat(registers: false)
                loop.checkIsolated()
                for rival in rivals where !before.contains(rival) { return false }
            }
        }
        guard await beat() else { return true }
        loop.checkIsolated()
        // Of two that start at the same moment the second one sees the first.
        for rival in rivals where !before.contains(rival) {
            await forget(cluster.epoch)
            return false
        }
        for old in before { await reap(old.epoch) }
        return true
    }

    /// Other nodes of this node's name that may be alive.
    private var rivals: [LiveNode] {
        let now = cluster.clock.now()
        return nodes.filter { $0.id == me.id && $0.epoch != cluster.epoch && now - $0.lastSeen < timing.lease }
    }

    /// This node is no more: others may have what it was lent, and need not look after it. Where Redis may still have requests
    /// of it open it goes without a word: others find it dead then, and settle them.
    func leave() async {
        guard await isQuiet() else { return }
        for (number, shard) in cluster.shards.enumerated() {
            for counter in shard.withLock({ $0.counters.lent }) { giveBack(counter, in: number) }
        }
        await forget(cluster.epoch)
    }

    /// Whether Redis has heard of everything, which may take a moment yet.
    private func isQuiet() async -> Bool {
        for _ in 0..<20 {
            if cluster.shards.allSatisfy({ $0.withLock { $0.isQuiet } }) { return true }
            try? await loop.sleep(for: .milliseconds(50))
        }
        return false
    }

    func forget(_ epoch: String) async {
        _ = try? await client.command(["HDEL", .text(SharedKeys.nodes), .text(epoch)])
        loop.checkIsolated()
        nodes.removeAll { $0.epoch == epoch }
        cluster.members.remove(epoch)
        _ = try? await client.command([
            "PUBLISH", .text(SharedKeys.channel), .text(LimitMessage.gone(epoch).text),
        ])
        loop.checkIsolated()
    }

    // MARK: - The dead

    private func reapDead() async {
        guard let beatingSince, RedisClock.monotonic() - beatingSince >= timing.patience else { return }
        let now = cluster.clock.now()
        for node in nodes where node.epoch != cluster.epoch && now - node.lastSeen > timing.lease {
            await reap(node.epoch)
            loop.checkIsolated()
        }
    }

    /// Settles what a dead node left open, as abandoned, by what it noted last. One node does.
    func reap(_ epoch: String) async {
        let claim = try? await client.command([
            "SET", .text(SharedKeys.reaper(epoch)), .text(cluster.epoch), "NX", "PX", 15000,
        ])
        loop.checkIsolated()
        guard claim == .status("OK") else { return }
        var settled = 0
        for number in cluster.shards.indices {
            guard let count = await reap(epoch, number) else { return }
            loop.checkIsolated()
            settled += count
            _ = try? await client.command(["HDEL", .text(SharedKeys.boot(number)), .text("e" + epoch)])
        }
        await forget(epoch)
        _ = try? await client.command(["DEL", .text(SharedKeys.reaper(epoch))])
        cluster.log.warning("a node was found dead", ["epoch": epoch, "abandoned": settled])
    }

    /// - Returns: `nil` when Redis is away.
    private func reap(_ epoch: String, _ number: Int) async -> Int? {
        var settled = 0
        guard let holds = await storedHolds(number, epoch) else { return nil }
        for hold in holds {
            let row = hold.progress.abandoning(hold.payload.opening)
            let amount = HeldAmount(
                reservedTokens: hold.payload.reservation.tokens,
                reservedCost: hold.payload.reservation.cost ?? .zero, spentTokens: row.usage.totalTokens,
                spentCost: row.cost ?? .zero)
            let end = SharedHold.End(
                id: hold.payload.opening.id, amount: amount, charges: hold.payload.charges, place: nil,
                row: row.journalBytes,
                source: .guess(hold.payload.counted(Reservation(tokens: row.usage.totalTokens, cost: row.cost))))
            let (keys, arguments) = ClusterLimits.settleCall(end, in: number, by: epoch)
            guard let reply = try? await client.run(ClusterLimits.settleScript, keys: keys, arguments: arguments)
            else { return nil }
            loop.checkIsolated()
            guard let answer = SettleAnswer(reply), answer.wasOpen else { continue }
            if answer.place == nil {
                ledger.settled(row, identity: row.journalIdentity, openedIn: nil)
            }
            settled += 1
        }
        return settled
    }

    /// - Returns: `nil` when Redis is away.
    func storedHolds(_ number: Int, _ epoch: String) async -> [(payload: HoldPayload, progress: UsageProgress)]? {
        let reply = try? await client.command(["HGETALL", .text(SharedKeys.holds(number, epoch))])
        loop.checkIsolated()
        guard let fields = reply?.asFields else { return nil }
        return fields.compactMap { id, value in
            guard !id.hasSuffix(SharedKeys.progress), !id.hasSuffix(SharedKeys.guessed),
                let payload = value.asBytes.flatMap({ HoldPayload(stored: $0) })
            else {
                return nil
            }
            return (payload, UsageProgress(stored: fields[id + SharedKeys.progress]?.asBytes))
        }
    }

    /// What is open on all nodes; on this one only while Redis is away.
    func openHolds() async -> [OpenHold] {
        var holds = cluster.openHolds.map { OpenHold($0.opening, reserved: $0.reservation) }
        for epoch in cluster.members.epochs where epoch != cluster.epoch {
            for number in cluster.shards.indices {
                for hold in await storedHolds(number, epoch) ?? [] {
                    holds.append(OpenHold(hold.payload.opening, reserved: hold.payload.reservation))
                }
            }
        }
        return holds.sorted { $0.id < $1.id }
    }
}
