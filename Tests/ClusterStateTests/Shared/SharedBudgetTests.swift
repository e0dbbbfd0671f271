import EventLoop
import GatewayTypes
import RedisClient
import Testing
import Threading

@testable import ClusterState

/// What the whole is about: all nodes together let in what the limit says, and nothing more.
@Suite(.serialized) struct SharedBudgetTests {
    private let redis = ThrowawayRedis()

    private func members(_ count: Int) async throws -> [Member] {
        var members: [Member] = []
        for number in 0..<count { members.append(try await Member(redis, name: "node-\(number)")) }
        // The first ones know of the last one with their next heartbeat.
        for member in members { await member.cluster.keeper.onLoop { await $0.beat() } }
        return members
    }

    /// `count` requests at once, over all members and loops.
    /// - Returns: how many were let in.
    private func burst(_ count: Int, _ members: [Member], user: String, _ subjects: [LimitSubject]) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                let member = members[number % members.count]
                group.addTask { await member.request(number / members.count, user: user, subjects) == nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }

    private func flush() async {
        let member = RedisCommands(redis)
        await member.run("FLUSHALL")
    }

    @Test("1 000 concurrent requests on a limit of 100 over three nodes pass exactly 100, also on an emptied Redis")
    func exactlyTheLimit() async throws {
        let members = try await members(3)
        for round in 0..<40 {
            let user = "exact-\(round)"
            if round % 4 == 3 { await flush() }
            let subjects = userSubject(user) { $0.requestsPerDay = 100 }
            #expect(await burst(1000, members, user: user, subjects) == 100, "round \(round)")
        }
        for member in members { await member.leave() }
    }
}

/// Commands of a test itself.
struct RedisCommands {
    let redis: ThrowawayRedis
    init(_ redis: ThrowawayRedis) { self.redis = redis }

    @discardableResult
    func run(_ words: RedisWord...) async -> RedisReply? {
        guard let loop = try? EventLoop.start(name: "commands") else { return nil }
        defer { loop.stop() }
        let client = RedisClient(loop: loop, settings: redis.settings)
        let reply = try? await client.command(words)
        await client.close()
        return reply
    }
}
