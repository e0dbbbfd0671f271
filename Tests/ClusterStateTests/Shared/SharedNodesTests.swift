import EventLoop
import GatewayTypes
import RedisClient
import Testing
import Threading

@testable import ClusterState

@Suite struct SharedNodesTests {
    private let hasty = ClusterTiming(
        heartbeat: .milliseconds(200), lease: 1000, patience: 500, orphaned: 500, mover: 1000)

    /// Lets a request in on a node and keeps it open until the end of `body`.
    private func withOpenHold<Result: Sendable>(
        on member: Member, user: String, _ subjects: [LimitSubject], checkpoint: Int? = nil,
        _ body: @escaping @Sendable () async -> Result
    ) async -> Result? {
        await member.on { limits in
            let record = opening(1, user: user, time: wallClock())
            guard
                var hold = try? await limits.admit(
                    record, subjects: subjects, reservation: Reservation(tokens: 99, cost: USD("0.5")))
            else { return nil }
            if let checkpoint { hold.checkpoint(provider: "p", model: "m", completionTokens: checkpoint) }
            let result = await body()
            hold.settle(finished(record))
            return result
        }
    }

    @Test("Open requests of every node are listed on every node")
    func holds() async throws {
        let crowd = try await Crowd(2)
        let other = crowd.members[1]
        let listed = await withOpenHold(on: crowd.members[0], user: "u", userSubject("u") { $0.requestsPerDay = 9 }) {
            await other.on { await $0.openHolds() }
        }
        #expect(listed?.count == 1)
        #expect(listed?.first?.userID == "u")
        #expect(listed?.first?.reserved == Reservation(tokens: 99, cost: USD("0.5")))
        await crowd.members[0].untilSettled()
        #expect(await other.on { await $0.openHolds() }.isEmpty)
        await crowd.leave()
    }

    @Test(
        "What a dead node left open is settled once, as abandoned, with the tokens it noted last, and its slot is free")
    func reaping() async throws {
        let redis = ThrowawayRedis()
        let database = try await SharedDatabase()
        func member(_ name: String, interval: Duration = .milliseconds(20)) async throws -> Member {
            try await Member(redis, name: name, timing: hasty, database: database, interval: interval)
        }
        // What it would write itself stays in its journal.
        let dying = try await member("dying", interval: .seconds(3600))
        let living = [try await member("a"), try await member("b")]
        let subjects = userSubject("u") { $0.concurrentRequests = 1 }
        await withOpenHold(on: dying, user: "u", subjects, checkpoint: 42) {
            #expect(await living[0].request(2, user: "u", subjects)?.status == 429)
            let (shard, epoch) = (SharedKeys.shard(ofUser: "u"), dying.cluster.epoch)
            await living[0].until { member in
                await member.cluster.keeper.onLoop { await $0.storedHolds(shard, epoch) }?.first?.progress
                    .completionTokens == 42
            }
            await dying.cluster.die()
            for _ in 0..<1000 {
                if await living[0].request(3, user: "u", subjects) == nil { return }
                try? await Task.sleep(for: .milliseconds(10))
            }
            Issue.record("the dead node's slot never came free")
        }
        await living[0].until { (try? await $0.node.rows().contains { $0.state == .abandoned }) ?? false }
        let rows = try await living[0].node.rows().filter { $0.state == .abandoned }
        #expect(rows.count == 1)
        #expect(rows.first?.usage.completionTokens == 42)
        await living[0].until { await $0.cluster.nodes().map(\.id) == ["a", "b"] }
        for member in living { await member.leave() }
    }

    @Test("A second node of one name does not start while the first lives, and does when it is dead")
    func names() async throws {
        let redis = ThrowawayRedis()
        let first = try await Member(redis, name: "same", timing: hasty)
        await #expect(throws: ClusterError.nameTaken("same")) {
            _ = try await Member(redis, name: "same", timing: hasty)
        }
        await first.cluster.die()
        let second = try await Member(redis, name: "same", timing: hasty)
        await second.until { await $0.cluster.nodes().map(\.epoch) == [second.cluster.epoch] }
        await second.leave()
    }

    @Test("A node that leaves is forgotten at once")
    func leaving() async throws {
        let crowd = try await Crowd(2)
        await crowd.members[0].leave()
        await crowd.members[1].until { member in
            let nodes = await member.cluster.nodes()
            return nodes.map(\.id) == ["node-1"] && member.cluster.cluster.members.epochs == nodes.map(\.epoch)
        }
        await crowd.members[1].leave()
    }

    @Test("A node that leaves before its last request has ended is found dead, so that the request does not stay open")
    func leavingEarly() async throws {
        let redis = ThrowawayRedis()
        let database = try await SharedDatabase()
        let leaving = try await Member(
            redis, name: "leaving", timing: hasty, database: database, interval: .seconds(3600))
        let living = try await Member(redis, name: "living", timing: hasty, database: database)
        let subjects = userSubject("u") { $0.concurrentRequests = 1 }
        let isIn: Bool? = await withOpenHold(on: leaving, user: "u", subjects) {
            await leaving.cluster.leave()
            await living.until { await $0.request(3, user: "u", subjects) == nil }
            return true
        }
        #expect(isIn == true)
        await living.until { (try? await $0.node.rows().contains { $0.state == .abandoned }) ?? false }
        #expect(try await living.node.rows().filter { $0.state == .abandoned }.map(\.requestID) == ["req-1"])
        await living.leave()
    }

    @Test("A node that starts while a minute ends does not make the others speak again")
    func startingLate() async throws {
        let crowd = try await Crowd(1)
        let commands = RedisCommands(crowd.redis)
        let shard = SharedKeys.boot(SharedKeys.shard(ofUser: "u"))
        let before = await commands.run("HMGET", .text(shard), "since", "complete")
        let late = try await Member(crowd.redis, name: "late", startedAt: wallClock() - 60_000)
        #expect(await commands.run("HMGET", .text(shard), "since", "complete") == before)
        #expect(await crowd.members[0].request(1, user: "u", userSubject("u") { $0.requestsPerDay = 1 }) == nil)
        await late.leave()
        await crowd.leave()
    }

    @Test("A node whose Redis cannot be reached, or wants another password, does not join and says why")
    func joining() async throws {
        let redis = ThrowawayRedis()
        await RedisCommands(redis).run("CONFIG", "SET", "requirepass", "secret")
        await #expect(throws: ClusterError.self) { _ = try await Member(redis, name: "n") }
        do {
            _ = try await Member(redis, name: "n")
        } catch ClusterError.wrongSettings(let message) {
            #expect(message.contains("SWITCHYARD_REDIS_URL"))
        }
    }
}
