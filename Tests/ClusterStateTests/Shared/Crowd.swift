import EventLoop
import GatewayTypes

@testable import ClusterState

/// Nodes over one Redis.
struct Crowd {
    let redis: ThrowawayRedis
    let members: [Member]

    init(_ count: Int, timing: ClusterTiming = ClusterTiming()) async throws {
        let redis = ThrowawayRedis()
        var members: [Member] = []
        for number in 0..<count { members.append(try await Member(redis, name: "node-\(number)", timing: timing)) }
        // The first ones hear of the last one with their next heartbeat.
        for member in members { await member.cluster.keeper.onLoop { await $0.beat() } }
        self.redis = redis
        self.members = members
    }

    /// `count` requests at once, over all members and loops.
    /// - Parameter retries: how often a request that a node could not ask the others about comes again.
    /// - Returns: how many were let in.
    func burst(_ count: Int, user: String, _ subjects: [LimitSubject], retries: Int = 0) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                let member = members[number % members.count]
                group.addTask {
                    for attempt in 0...retries {
                        guard let refusal = await member.request(number / members.count, user: user, subjects) else {
                            return true
                        }
                        guard refusal.status == 503, attempt < retries else { break }
                        await member.untilShared()
                    }
                    return false
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }

    func untilShared() async { for member in members { await member.untilShared() } }

    func leave() async { for member in members { await member.leave() } }
}
