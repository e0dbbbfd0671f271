import GatewayTypes
import RedisClient
import Testing

@testable import ClusterState

/// What a dead process knew and Redis did not, counts when the process is back: no more, and only once.
@Suite(.onBothDatabases) struct SharedAmendsTests {
    private let hasty = ClusterTiming(heartbeat: .milliseconds(200), lease: 1000, patience: 500, mover: 1000)
    private let redis = ThrowawayRedis()

    private func member(
        _ name: String, _ database: SharedDatabase, _ directory: TemporaryDirectory = TemporaryDirectory()
    ) async throws -> Member {
        // What a node would write itself stays in its journal.
        try await Member(
            redis, name: name, timing: hasty, database: database, interval: .seconds(3600), in: directory)
    }

    /// Requests, tokens and picodollars that all nodes together have counted of a user today, and what is open.
    private func counted(_ user: String) async -> [Int]? {
        let sums = """
            local sums = {0, 0, 0, 0, 0}
            for _, part in ipairs(redis.call('HVALS', KEYS[1])) do
              local numbers = {struct.unpack('<' .. string.rep('d', 20), part)}
              for place, number in ipairs({9, 10, 11, 13, 4}) do sums[place] = sums[place] + numbers[number] end
            end
            return sums
            """
        let owner = LimitLedger.Owner(kind: .user, id: user)
        let key = SharedKeys.counter(SharedKeys.shard(ofUser: user), owner)
        let reply = await RedisCommands(redis).run("EVAL", .text(sums), 1, .text(key))
        return reply?.asArray?.compactMap(\.asInteger)
    }

    private let subjects = userSubject("u") {
        $0.requestsPerDay = 20
        $0.tokensPerDay = 1000
        $0.perMonth = USD("9")
    }

    /// Lets a request in, and lets it end behind `middle`.
    private func request(_ member: Member, _ middle: @escaping @Sendable () async -> Void) async {
        let (subjects, name) = (subjects, member.name)
        let isIn = await member.on { limits in
            let record = opening(1, user: "u", time: wallClock(), node: name)
            let reservation = Reservation(tokens: 99, cost: USD("0.000000000500"))
            guard let hold = try? await limits.admit(record, subjects: subjects, reservation: reservation) else {
                return false
            }
            await middle()
            hold.settle(finished(record, completionTokens: 60, cost: USD("0.000000000250")))
            return true
        }
        #expect(isIn)
    }

    @Test("What another node has guessed of a dead one's request is corrected when the dead one's journal knows better")
    func guess() async throws {
        let database = try await SharedDatabase()
        let living = try await member("living", database)
        let dying = try await member("dying", database)
        await request(dying) { await dying.cluster.die() }
        let left = dying.node.directory.snapshot()
        let again = left.snapshot()
        // The prompt, and nothing of the answer.
        await living.until { _ in await counted("u") == [1, 10, 0, 0, 0] }
        let back = try await member("dying", database, left)
        await back.until { _ in await counted("u") == [1, 70, 250, 250, 0] }
        await back.cluster.die()
        let once = try await member("dying", database, again)
        await once.until { await $0.cluster.keeper.onLoop { await $0.amend() } }
        #expect(await counted("u") == [1, 70, 250, 250, 0])
        for member in [living, once] { await member.leave() }
    }

    @Test("A guess is corrected by the row that the database has, where the node comes back without its journal")
    func guessWithoutJournal() async throws {
        let database = try await SharedDatabase()
        let living = try await member("living", database)
        let dying = try await member("dying", database)
        await request(dying) { await dying.cluster.die() }
        await living.until { _ in await counted("u") == [1, 10, 0, 0, 0] }
        #expect(await dying.node.ledger.flush())
        let back = try await member("dying", database)
        await back.until { _ in await counted("u") == [1, 70, 250, 250, 0] }
        for member in [living, back] { await member.leave() }
    }

    @Test("What a node let in without Redis, and could not tell before it died, counts when it is back, once")
    func untold() async throws {
        let database = try await SharedDatabase()
        let living = try await member("living", database)
        let dying = try await member("dying", database)
        await dying.cluster.keeper.onLoop { await $0.beat() }
        #expect(await dying.request(0, user: "u", subjects) == nil)
        await dying.untilSettled()
        redis.freeze()
        await dying.until { !$0.cluster.isShared }
        for _ in 0..<3 { #expect(await dying.request(0, user: "u", subjects) == nil) }
        let left = dying.node.directory.snapshot()
        let again = left.snapshot()
        await dying.cluster.die()
        redis.thaw()
        await living.untilShared()
        #expect(await counted("u")?.first == 1)
        let back = try await member("dying", database, left)
        await back.until { _ in await counted("u") == [4, 40, 0, 0, 0] }
        await back.cluster.die()
        let once = try await member("dying", database, again)
        await once.until { await $0.cluster.keeper.onLoop { await $0.amend() } }
        #expect(await counted("u") == [4, 40, 0, 0, 0])
        var passed = 0
        // What the dead one had been lent comes free after a while.
        await living.until { member in
            while await member.request(0, user: "u", subjects) == nil { passed += 1 }
            return passed >= 16
        }
        #expect(passed == 16)
        for member in [living, once] { await member.leave() }
    }

    @Test("What was let in without Redis and told afterwards is not told again by the next process")
    func told() async throws {
        let database = try await SharedDatabase()
        let dying = try await member("dying", database)
        #expect(await dying.request(0, user: "u", subjects) == nil)
        redis.freeze()
        await dying.until { !$0.cluster.isShared }
        for _ in 0..<3 { #expect(await dying.request(0, user: "u", subjects) == nil) }
        redis.thaw()
        await dying.untilShared()
        let left = dying.node.directory.snapshot()
        await dying.cluster.die()
        let back = try await member("dying", database, left)
        await back.until { await $0.cluster.keeper.onLoop { await $0.amend() } }
        #expect(await counted("u") == [4, 40, 0, 0, 0])
        await back.leave()
    }

    @Test("A node that was taken for dead, and was not, tells what its requests have cost when they end")
    func takenForDead() async throws {
        let database = try await SharedDatabase()
        let living = try await member("living", database)
        let slow = try await Member(
            redis, name: "slow", timing: ClusterTiming(heartbeat: .seconds(3600)), database: database,
            interval: .seconds(3600))
        await request(slow) { await living.until { _ in await counted("u") == [1, 10, 0, 0, 0] } }
        await living.until { _ in await counted("u") == [1, 70, 250, 250, 0] }
        for member in [living, slow] { await member.leave() }
    }
}
