import GatewayTypes
import RedisClient
import Testing

@testable import ClusterState

/// What the whole is about: all nodes together let in what the limit says, and nothing more.
@Suite struct SharedBudgetTests {
    @Test("1 000 concurrent requests on a limit of 100 over three nodes pass exactly 100, also on an emptied Redis")
    func exactlyTheLimit() async throws {
        let crowd = try await Crowd(3)
        for round in 0..<100 {
            let user = "exact-\(round)"
            if round % 4 == 3 { await RedisCommands(crowd.redis).run("FLUSHALL") }
            let subjects = userSubject(user) { $0.requestsPerDay = 100 }
            // On a slow machine Redis may seem to be away for a moment.
            let passed = await crowd.burst(1000, user: user, subjects, retries: 20)
            #expect(passed == 100, "round \(round)")
        }
        await crowd.leave()
    }

    @Test("With Redis cut at a random moment never more than the limit passes, before, during and after the outage")
    func cutAtRandom() async throws {
        let crowd = try await Crowd(3)
        for round in 0..<20 {
            let user = "cut-\(round)"
            let subjects = userSubject(user) { $0.requestsPerDay = 100 }
            async let first = crowd.burst(300, user: user, subjects)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000)))
            crowd.redis.kill()
            let during = await crowd.burst(150, user: user, subjects)
            crowd.redis.start()
            let early = await first + during
            await crowd.untilShared()
            let late = await crowd.burst(300, user: user, subjects)
            #expect(early + late == 100, "round \(round): \(early) and \(late)")
        }
        await crowd.leave()
    }

    @Test("A Redis that stands still for a while changes nothing of that")
    func standstill() async throws {
        let crowd = try await Crowd(2)
        for round in 0..<4 {
            let user = "still-\(round)"
            let subjects = userSubject(user) { $0.requestsPerDay = 100 }
            async let first = crowd.burst(300, user: user, subjects)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000)))
            crowd.redis.freeze()
            let during = await crowd.burst(100, user: user, subjects)
            crowd.redis.thaw()
            let early = await first + during
            await crowd.untilShared()
            let late = await crowd.burst(200, user: user, subjects)
            #expect(early + late == 100, "round \(round): \(early) and \(late)")
        }
        await crowd.leave()
    }

    @Test("What one node was lent and does not use, another may have")
    func leasesComeBack() async throws {
        let crowd = try await Crowd(2)
        let subjects = userSubject("lent") { $0.tokensPerDay = 1000 }
        let small = Reservation(tokens: 10, cost: nil)
        #expect(await crowd.members[0].request(1, user: "lent", subjects, small) == nil)
        await crowd.members[0].untilSettled()
        let lent = crowd.members[0].counter("lent")?.room[4] ?? 0
        #expect(lent > 0)
        let rest = Reservation(tokens: 990, cost: nil)
        #expect(await crowd.members[1].request(2, user: "lent", subjects, rest) == nil)
        #expect(crowd.members[0].counter("lent")?.room[4] == 0)
        #expect(await crowd.members[0].request(3, user: "lent", subjects, small)?.status == 429)
        await crowd.leave()
    }

    @Test("A reservation gives back what was not spent, to all nodes")
    func settlement() async throws {
        let crowd = try await Crowd(2)
        let subjects = userSubject("settle") {
            $0.perMonth = USD("1")
            $0.concurrentRequests = 1
        }
        for number in 0..<10 {
            let refusal = await crowd.members[number % 2].on { limits in
                do throws(GatewayError) {
                    let record = opening(number, user: "settle", time: wallClock())
                    let hold = try await limits.admit(
                        record, subjects: subjects, reservation: Reservation(tokens: 20, cost: USD("0.5")))
                    hold.settle(finished(record, cost: USD("0.1")))
                    return nil as GatewayError?
                } catch { return error }
            }
            await crowd.members[number % 2].untilSettled()
            #expect((refusal == nil) == (number < 6), "request \(number)")
            #expect(number < 6 || refusal?.status == 402)
        }
        await crowd.leave()
    }

    @Test("The rate headers count what all nodes let in")
    func rates() async throws {
        let crowd = try await Crowd(2)
        let subjects = userSubject("rates") { $0.requestsPerDay = 10 }
        #expect(await crowd.members[0].request(1, user: "rates", subjects) == nil)
        await crowd.members[0].untilSettled()
        let rates = await crowd.members[1].on { limits -> RateStatus.Rate? in
            do throws(GatewayError) {
                let record = opening(2, user: "rates", time: wallClock())
                let hold = try await limits.admit(
                    record, subjects: subjects, reservation: Reservation(tokens: 1, cost: nil))
                let rates = hold.rates.requests
                hold.settle(finished(record))
                return rates
            } catch { return nil }
        }
        #expect(rates?.limit == 10)
        #expect(rates?.remaining == 8)
        await crowd.leave()
    }
}
