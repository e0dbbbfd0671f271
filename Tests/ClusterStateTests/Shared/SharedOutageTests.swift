import GatewayTypes
import RedisClient
import Testing

@testable import ClusterState

@Suite struct SharedOutageTests {
    @Test("Without Redis each limit follows its own rule: share, refuse, allow")
    func rules() async throws {
        let crowd = try await Crowd(2)
        let member = crowd.members[0]
        let shared = userSubject("share") { $0.requestsPerDay = 40 }
        let refused = userSubject("refuse") {
            $0.requestsPerDay = 40
            $0.onOutage[.requestsPerDay] = .refuse
        }
        let allowed = userSubject("allow") {
            $0.requestsPerDay = 3
            $0.onOutage[.requestsPerDay] = .allow
        }
        for (user, subjects) in [("share", shared), ("refuse", refused), ("allow", allowed)] {
            #expect(await member.request(1, user: user, subjects) == nil)
        }
        await member.untilSettled()
        let lease = Int(member.counter("share")?.room[2] ?? 0)
        #expect(lease == 9)  // of 39 left, a half over two nodes
        crowd.redis.kill()
        var passed = 0
        for number in 2..<40 where await member.request(number, user: "share", shared) == nil { passed += 1 }
        #expect(passed == lease)
        let refusal = await member.request(2, user: "refuse", refused)
        #expect(refusal?.status == 503)
        #expect(refusal?.code == "limits_unavailable")
        for number in 2..<10 { #expect(await member.request(number, user: "allow", allowed) == nil) }
        await crowd.leave()
    }

    @Test("A Redis that lost its memory is told again what was let in and what is open")
    func seeding() async throws {
        let crowd = try await Crowd(2)
        let subjects = userSubject("seed") {
            $0.requestsPerDay = 10
            $0.concurrentRequests = 2
        }
        for number in 0..<6 {
            #expect(await crowd.members[number % 2].request(number, user: "seed", subjects) == nil)
            await crowd.members[number % 2].untilSettled()
        }
        let redis = crowd.redis
        let members = crowd.members
        let passed = await members[0].on { limits in
            let record = opening(7, user: "seed", time: wallClock())
            guard
                let hold = try? await limits.admit(
                    record, subjects: subjects, reservation: Reservation(tokens: 1, cost: nil))
            else { return -1 }
            await RedisCommands(redis).run("FLUSHALL")
            var passed = 0
            for number in 10..<20 {
                passed += await members[1].request(number, user: "seed", subjects) == nil ? 1 : 0
                await members[1].untilSettled()
            }
            #expect(await members[1].on { await $0.openHolds() }.count == 1)
            hold.settle(finished(record))
            return passed
        }
        #expect(passed == 3)
        #expect(await members[0].request(30, user: "seed", subjects)?.status == 429)
        await crowd.leave()
    }

    @Test("While Redis stands still requests are decided without it, and when it goes on it is asked again")
    func latency() async throws {
        let crowd = try await Crowd(1)
        let member = crowd.members[0]
        let subjects = userSubject("late") { $0.requestsPerDay = 1000 }
        #expect(await member.request(1, user: "late", subjects) == nil)
        crowd.redis.freeze()
        #expect(await member.request(2, user: "late", subjects) == nil)  // finds out
        for number in 3..<50 { #expect(await member.request(number, user: "late", subjects) == nil) }
        #expect(!member.cluster.isShared)
        crowd.redis.thaw()
        await crowd.untilShared()
        #expect(member.cluster.isShared)
        #expect(
            await RedisCommands(crowd.redis).run("EXISTS", .text(member.counter("late")?.key ?? ""))?.asInteger == 1)
        await crowd.leave()
    }
}
