import GatewayTypes
import RedisClient
import SQLDatabase
import Testing

@testable import ClusterState

/// A Redis that has lost its memory, and processes that cannot tell it any more what they let in.
@Suite(.onBothDatabases) struct SharedSeedsTests {
    private let hasty = ClusterTiming(
        heartbeat: .milliseconds(200), lease: 1000, patience: 500, orphaned: 500, mover: 1000)

    /// A user of a member's store with these limits.
    private func user(_ member: Member, _ change: (inout Limits) -> Void) async throws -> (String, [LimitSubject]) {
        let limits = limits(change)
        let row = try await member.node.store.createUser(NewUser(username: "limited", limits: limits))
        return (row.id, [LimitSubject(owner: .user, id: row.id, limits: limits)])
    }

    private func passed(
        _ count: Int, _ members: [Member], _ user: String, _ subjects: [LimitSubject],
        _ reservation: Reservation = Reservation(tokens: 10, cost: nil)
    ) async -> Int {
        var passed = 0
        for number in 0..<count {
            let member = members[number % members.count]
            // Who is told to wait for the others waits.
            for _ in 0..<200 {
                let refusal = await member.request(number, user: user, subjects, reservation)
                if refusal == nil { passed += 1 }
                guard refusal?.status == 503 else { break }
                await member.untilShared()
            }
            await member.untilSettled()
        }
        return passed
    }

    private func rowsOf(_ member: Member, _ count: Int) async {
        await member.until { await $0.rowCount() == count }
    }

    @Test("What a process that is gone let in counts on, and what nodes that live let in counts once")
    func gone() async throws {
        let redis = ThrowawayRedis()
        let database = try await SharedDatabase()
        let old = try await Member(redis, name: "a", timing: hasty, database: database)
        let other = try await Member(redis, name: "b", timing: hasty, database: database)
        let (id, subjects) = try await user(old) { $0.requestsPerDay = 20 }
        #expect(await passed(6, [old], id, subjects) == 6)
        #expect(await passed(5, [other], id, subjects) == 5)
        await rowsOf(other, 11)
        await old.leave()
        let new = try await Member(redis, name: "a", timing: hasty, database: database)
        #expect(await passed(2, [new], id, subjects) == 2)
        await rowsOf(other, 13)
        await RedisCommands(redis).run("FLUSHALL")
        #expect(await passed(12, [new, other], id, subjects) == 7)
        for member in [new, other] { await member.leave() }
    }

    @Test(
        "A Redis that comes back with an older memory lets no more in than the limit, and one that lost nothing is believed",
        arguments: [true, false])
    func olderMemory(isOlder: Bool) async throws {
        let redis = ThrowawayRedis()
        let commands = RedisCommands(redis)
        let database = try await SharedDatabase()
        let old = try await Member(redis, name: "a", timing: hasty, database: database)
        let other = try await Member(redis, name: "b", timing: hasty, database: database)
        let (id, subjects) = try await user(old) { $0.requestsPerDay = 20 }
        #expect(await passed(5, [old], id, subjects) == 5)
        await rowsOf(other, 5)
        if isOlder { await commands.run("SAVE") }
        #expect(await passed(6, [old], id, subjects) == 6)
        await rowsOf(other, 11)
        await old.leave()
        await other.leave()
        let new = try await Member(redis, name: "a", timing: hasty, database: database)
        #expect(await passed(2, [new], id, subjects) == 2)
        if !isOlder {
            // Nothing may be moved, and noted, between the copy and the end.
            await new.until { await $0.inStream() == 0 }
            await rowsOf(new, 13)
            await commands.run("SAVE")
        }
        redis.kill()
        redis.start()
        await new.untilShared()
        #expect(await passed(20, [new], id, subjects) == 7)
        let counter = new.counter(id)?.key ?? ""
        #expect(await commands.run("HEXISTS", .text(counter), "n--------")?.asInteger == (isOlder ? 1 : 0))
        await new.leave()
    }

    @Test("When all nodes and Redis have started anew, the ledger has the say")
    func allNew() async throws {
        let redis = ThrowawayRedis()
        let database = try await SharedDatabase()
        let old = try await Member(redis, name: "a", timing: hasty, database: database)
        let (id, subjects) = try await user(old) {
            $0.tokensPerDay = 100
            $0.perMonth = USD("1")
        }
        let reservation = Reservation(tokens: 20, cost: USD("0.2"))
        #expect(await passed(2, [old], id, subjects, reservation) == 2)
        await old.leave()
        redis.kill()
        redis.start()
        let new = try await Member(redis, name: "a", timing: hasty, database: database)
        #expect(await passed(9, [new], id, subjects, reservation) == 3)
        await new.leave()
    }

    @Test("A node that was taken for dead when the ledger was read counts once when it comes back")
    func straggler() async throws {
        let redis = ThrowawayRedis()
        let database = try await SharedDatabase()
        let old = try await Member(
            redis, name: "old", timing: ClusterTiming(heartbeat: .seconds(3600)), database: database)
        let (id, subjects) = try await user(old) { $0.requestsPerDay = 20 }
        #expect(await passed(5, [old], id, subjects) == 5)
        await rowsOf(old, 5)
        await RedisCommands(redis).run("FLUSHALL")
        // It knows nothing of the old one, which has noticed nothing.
        let new = try await Member(redis, name: "new", timing: hasty, database: database)
        #expect(await passed(3, [new], id, subjects) == 3)
        #expect(await passed(20, [old, new], id, subjects) == 12)
        for member in [old, new] { await member.leave() }
    }

    @Test("What a dead node had in its journal alone when the ledger was read counts when it comes back")
    func journal() async throws {
        let redis = ThrowawayRedis()
        let database = try await SharedDatabase()
        let still = ClusterTiming(heartbeat: .milliseconds(200), lease: 1000, patience: 500, moving: .seconds(3600))
        func member(_ name: String, _ directory: TemporaryDirectory = TemporaryDirectory()) async throws -> Member {
            try await Member(
                redis, name: name, timing: still, database: database, interval: .seconds(3600), in: directory)
        }
        let other = try await member("other")
        let dying = try await member("dying")
        let (id, subjects) = try await user(dying) { $0.requestsPerDay = 20 }
        #expect(await passed(6, [dying], id, subjects) == 6)
        let left = dying.node.directory.snapshot()
        await dying.cluster.die()
        await RedisCommands(redis).run("FLUSHALL")
        #expect(await passed(4, [other], id, subjects) == 4)
        #expect(await other.rowCount() == 0)
        let new = try await member("dying", left)
        #expect(try await other.node.rows().count { $0.node == "dying" } == 6)
        #expect(await passed(20, [new, other], id, subjects) == 10)
        for member in [new, other] { await member.leave() }
    }

    @Test("While the ledger cannot be read limits follow their on_outage, and requests without limits go on")
    func unreadable() async throws {
        let redis = ThrowawayRedis()
        let member = try await Member(redis, name: "a", timing: hasty)
        let (id, subjects) = try await user(member) { $0.requestsPerDay = 20 }
        let allowing = userSubject("allowing") {
            $0.requestsPerDay = 20
            $0.onOutage[.requestsPerDay] = .allow
        }
        #expect(await passed(4, [member], id, subjects) == 4)
        await member.node.database.close()
        await RedisCommands(redis).run("FLUSHALL")
        var leased = 0
        while await member.request(1, user: id, subjects) == nil { leased += 1 }
        #expect(leased <= 16)
        #expect(await member.request(1, user: id, subjects)?.code == "limits_unavailable")
        #expect(await member.request(1, user: "allowing", allowing) == nil)
        #expect(await member.request(1, user: "free", []) == nil)
        #expect(!member.cluster.isShared)
        await member.cluster.leave()
    }
}
