import EventLoop
import GatewayTypes
import RedisClient
import Testing

@testable import ClusterState

/// Every row once, by whatever way it goes.
@Suite(.onBothDatabases) struct SharedStreamTests {
    /// Movers that move only when they are told to; a node writes nothing by itself.
    private static let still = ClusterTiming(moving: .seconds(3600))

    private func members(
        _ names: [String], _ redis: ThrowawayRedis, _ timing: ClusterTiming = ClusterTiming(),
        interval: Duration = .seconds(3600)
    ) async throws -> [Member] {
        let database = try await SharedDatabase()
        var members: [Member] = []
        for name in names {
            members.append(
                try await Member(redis, name: name, timing: timing, database: database, interval: interval))
        }
        return members
    }

    private func move(_ member: Member) async {
        await member.cluster.keeper.onLoop { _ in _ = await member.cluster.mover.moveOnce() }
    }

    private func takeOut(_ member: Member) async {
        await member.cluster.keeper.onLoop { _ in _ = await member.cluster.mover.removeWritten() }
    }

    @Test("Rows of all nodes reach the database once, and leave the stream behind them")
    func happyPath() async throws {
        let redis = ThrowawayRedis()
        let members = try await members(["a", "b"], redis)
        for member in members { await member.requests(40) }
        for member in members { await member.until { await $0.rowCount() == 80 && $0.isClean } }
        #expect(await members[0].inStream() == 0)
        #expect(await members[1].node.ledger.status().waiting == 0)
        for member in members { await member.leave() }
    }

    @Test("The rows of a node that died are moved by another one soon, those it was about to move among them")
    func deadMover() async throws {
        let redis = ThrowawayRedis()
        let members = try await members(["dying", "living"], redis, ClusterTiming(orphaned: 500, mover: 1000))
        // The first one is the mover: it has looked first.
        await move(members[0])
        await members[0].requests(10)
        await members[0].cluster.die()
        await members[1].requests(10)
        let begun = ContinuousClock.now
        while await members[1].rowCount() < 20, ContinuousClock.now - begun < .seconds(60) {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await members[1].rowCount() == 20)
        await members[1].until { $0.isClean }
        await members[1].leave()
    }

    @Test("Two that move the same rows at once write each once")
    func twoMovers() async throws {
        let redis = ThrowawayRedis()
        // Whose turn it is ends at once.
        let timing = ClusterTiming(moving: .seconds(3600), orphaned: 0, mover: 1)
        let members = try await members(["a", "b"], redis, timing)
        for _ in 0..<10 {
            for member in members { await member.requests(30) }
            async let one: Void = move(members[0])
            async let other: Void = move(members[1])
            _ = await (one, other)
        }
        for member in members { await move(member) }
        #expect(await members[0].rowCount() == 600)
        #expect(await members[0].inStream() == 0)
        for member in members { await member.leave() }
    }

    @Test("Rows of a node that lives are its own for a while, and left to it when there are more to write")
    func notOrphaned() async throws {
        let redis = ThrowawayRedis()
        let members = try await members(["a", "b"], redis, ClusterTiming(moving: .seconds(3600), orphaned: 3_600_000))
        await members[0].requests(10)
        for member in members { await move(member) }
        #expect(await members[1].rowCount() == 0)
        #expect(await members[1].inStream() == 10)
        #expect(members[1].cluster.usageStreamEntries == 0)
        await takeOut(members[0])
        #expect(await members[1].rowCount() == 10)
        #expect(await members[1].inStream() == 0)
        for member in members { await member.leave() }
    }

    @Test("What no release can read is kept apart and told; rows of other releases are read as far as they go")
    func unreadable() async throws {
        let redis = ThrowawayRedis()
        let member = try await members(["a"], redis, ClusterTiming(orphaned: 0))[0]
        let stream = RedisWord.text(SharedKeys.usage(3))
        let newer = opening(900).journalBytes.dropLast() + Array(#","unheard_of":{"a":[1]}}"#.utf8)
        for fields: [RedisWord] in [
            ["row", "no \"row\" \n at all"], ["column", "of another kind"], ["row", .bytes(Array(newer)), "more", "1"],
        ] {
            await member.cluster.keeper.onLoop { keeper in
                _ = try? await keeper.client.command(["XADD", stream, "*"] + fields)
            }
        }
        await member.until { await $0.rowCount() == 1 }
        await member.until { $0.node.ledger.rejectedCount == 2 }
        #expect(await member.inStream() == 0)
        let kept = String(
            decoding: member.node.directory.read(member.node.directory.path + "/journal/rejected.jsonl"), as: UTF8.self)
        #expect(kept.split(separator: "\n").count == 2)
        #expect(kept.contains(#"no \"row\" \n at all"#) && kept.contains("column of another kind"))
        await member.leave()
    }

    @Test("A Redis without room takes no row: the node's journal keeps it, and the hold ends all the same")
    func outOfMemory() async throws {
        let redis = ThrowawayRedis()
        let member = try await members(["a"], redis, Self.still, interval: .milliseconds(20))[0]
        let subjects = userSubject("u") { $0.concurrentRequests = 5 }
        let isSettled = await member.on { limits in
            let record = opening(1, user: "u", time: wallClock())
            guard
                let hold = try? await limits.admit(
                    record, subjects: subjects, reservation: Reservation(tokens: 1, cost: nil))
            else { return false }
            for setting: [RedisWord] in [["maxmemory-policy", "noeviction"], ["maxmemory", "1"]] {
                _ = try? await limits.client.command(["CONFIG", "SET"] + setting)
            }
            hold.settle(finished(record))
            return true
        }
        #expect(isSettled)
        await member.untilSettled()
        await member.until { await $0.rowCount() == 1 }
        #expect(await member.inStream() == 0)
        #expect(member.isClean)
        let (shard, epoch) = (SharedKeys.shard(ofUser: "u"), member.cluster.epoch)
        #expect(await member.cluster.keeper.onLoop { await $0.storedHolds(shard, epoch) }?.isEmpty == true)
        await member.leave()
    }

    @Test("A stream that is full takes no row, and loses none")
    func full() async throws {
        let redis = ThrowawayRedis()
        let member = try await members(["a"], redis, Self.still, interval: .milliseconds(20))[0]
        let fill = "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'row', 'x') end"
        let key = SharedKeys.usage(SharedKeys.shard(ofUser: "any"))
        await RedisCommands(redis).run("EVAL", .text(fill), 1, .text(key), .integer(SettleScript.mostRows))
        await member.requests(3)
        await member.until { await $0.rowCount() == 3 }
        #expect(await member.inStream() == SettleScript.mostRows)
        #expect(member.isClean)
        await RedisCommands(redis).run("DEL", .text(key))
        await member.leave()
    }

    @Test("Rows in a stream that is lost with Redis's memory come from their nodes, which forget where they were")
    func lostMemory() async throws {
        let redis = ThrowawayRedis()
        let timing = ClusterTiming(moving: .seconds(3600), orphaned: 0)
        let members = try await members(["a", "b"], redis, timing, interval: .milliseconds(20))
        for member in members { await member.requests(20) }
        #expect(await members[0].inStream() == 40)
        await RedisCommands(redis).run("FLUSHALL")
        for member in members {
            await member.requests(1)
            await member.untilShared()
            await member.requests(1)
        }
        for member in members { #expect(member.node.ledger.streamed.withLock { $0.count } <= 2) }
        for member in members { await takeOut(member) }
        // What a node forgot, as it had to tell everything again, is left to whoever moves such rows.
        for member in members { await move(member) }
        #expect(await members[0].rowCount() == 44)
        #expect(await members[0].inStream() == 0)
        for member in members { #expect(member.isClean) }
        for member in members { await member.leave() }
    }

    @Test("While Redis is away its rows come from the journals, and twice come none when it has them after all")
    func away() async throws {
        let redis = ThrowawayRedis()
        let members = try await members(["a", "b"], redis, interval: .milliseconds(20))
        for member in members { await member.requests(20) }
        redis.freeze()
        await members[0].until { _ in members.allSatisfy { !$0.cluster.isShared } }
        for member in members { await member.requests(5) }
        await members[0].until { await $0.rowCount() == 50 }
        redis.thaw()
        for member in members { await member.untilShared() }
        await members[0].until { await $0.inStream() == 0 }
        #expect(await members[0].rowCount() == 50)
        for member in members { await member.leave() }
    }

    @Test("A node that leaves has its rows in the database, whatever became of the stream")
    func leaving() async throws {
        let redis = ThrowawayRedis()
        let members = try await members(["a", "b"], redis, Self.still)
        await members[0].requests(25)
        await members[0].leave()
        #expect(await members[1].rowCount() == 25)
        await members[1].leave()
    }
}
