internal import EventLoop
internal import RedisClient
internal import SQLDatabase
internal import Telemetry

/// A Redis that has lost its memory is told by the nodes what they have let in themselves; what processes have let in that
/// are gone, the ledger knows. One node tells it, while limits follow their `on_outage`.
extension ClusterKeeper {
    /// How long one node may take before another one tries as well, in milliseconds.
    private static let patience = 10_000
    private static let doubtScript = RedisScript(DoubtScript.source)

    func seedLater() {
        guard !unseeded.isEmpty, !isSeeding, !isClosed else { return }
        isSeeding = true
        Task(executorPreference: loop) { await self.seed() }
    }

    private func seed() async {
        defer { isSeeding = false }
        let shards = unseeded.sorted()
        unseeded = []
        let claim = try? await client.command([
            "SET", .text(SharedKeys.seeder), .text(cluster.epoch), "NX", "PX", .integer(Self.patience),
        ])
        loop.checkIsolated()
        guard claim == .status("OK") else {
            try? await loop.sleep(for: .milliseconds(20))
            return
        }
        let isRead = await seed(shards)
        loop.checkIsolated()
        _ = try? await client.command(["DEL", .text(SharedKeys.seeder)])
        loop.checkIsolated()
        if !isRead { try? await loop.sleep(for: .seconds(1)) }
    }

    /// - Returns: false when the ledger could not be read.
    private func seed(_ shards: [Int]) async -> Bool {
        var read: (spoken: SpokenNodes, seeds: [Int: [LedgerSeed]])?
        var counters = 0
        for number in shards {
            let reply = try? await client.command(["HGETALL", .text(SharedKeys.boot(number))])
            loop.checkIsolated()
            guard let marker = BootMarker(reply) else { continue }
            if marker.isDoubted {
                await endDoubt(about: number, life: marker.life)
                loop.checkIsolated()
                continue
            }
            if read?.spoken != marker.spoken {
                guard let seeds = await ledgerSeeds(without: marker.spoken) else { return false }
                loop.checkIsolated()
                read = (marker.spoken, Dictionary(grouping: seeds, by: \.shard))
            }
            let seeds = read?.seeds[number] ?? []
            for call in SeedCall.all(seeds, shard: number, marker) {
                let taken = try? await client.run(SeedCall.script, keys: call.keys, arguments: call.arguments)
                loop.checkIsolated()
                guard taken?.asInteger == 1 else { break }
            }
            counters += seeds.count { !$0.isEmpty }
        }
        if read != nil {
            cluster.log.warning("Redis had no memory: the ledger was read for the limits", ["counters": counters])
        }
        return true
    }

    /// Finds out whether a Redis that was started again has less than the ledger once heard of it.
    private func endDoubt(about number: Int, life: String) async {
        let reply = try? await client.command(["GET", .text(SharedKeys.moved(number))])
        loop.checkIsolated()
        guard let reply else { return }
        var isOlder = false
        do throws(SQLError) {
            if let noted = try await ledger.notedPlace(of: number) {
                isOlder = StreamPlace(reply.asText ?? "").map { $0 < noted } ?? true
            }
        } catch {
            cluster.log.warning(
                "Redis was started again, and the ledger cannot be read to find out what it forgot",
                ["reason": "\(error)"])
        }
        loop.checkIsolated()
        if isOlder { cluster.log.warning("Redis came back with an older memory", ["shard": number]) }
        _ = try? await client.run(
            Self.doubtScript, keys: [SharedKeys.boot(number)], arguments: [.text(life), .integer(isOlder ? 1 : 0)])
    }

    private func ledgerSeeds(without spoken: SpokenNodes) async -> [LedgerSeed]? {
        do throws(SQLError) {
            return try await ledger.ledgerSeeds(at: cluster.clock.now(), without: spoken, tiers: tiers)
        } catch {
            cluster.log.error(
                "Redis had no memory, and the ledger cannot be read: limits follow their on_outage until it can",
                ["reason": "\(error)"])
            return nil
        }
    }
}
