import GatewayTypes
import SQLDatabase
import Testing
import Threading

@testable import ClusterState

@Suite struct InProcessLimitsTests {
    private func subjects(_ limits: Limits) -> [LimitSubject] {
        [LimitSubject(owner: .token, id: "t1", limits: limits), LimitSubject(owner: .user, id: "u1", limits: limits)]
    }

    /// Runs `body` on several threads at once and returns when all have ended.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let ends = (0..<count).map { _ in HandOver<Bool>() }
        for (number, end) in ends.enumerated() {
            let isStarted = Thread.start(name: "test") {
                body(number)
                end.put(true)
            }
            precondition(isStarted)
        }
        for end in ends { _ = end.take() }
    }

    @Test("200 concurrent first requests on an empty budget: what fits passes, nothing more")
    func firstRequestRace() async throws {
        let node = try await Node()
        let limits = limits {
            $0.perDay = USD("1")
            $0.tokensPerDay = 1_000_000
        }
        let passed = Locked(0)
        onThreads(4) { thread in
            for number in 0..<50 {
                let record = opening(thread * 50 + number)
                guard
                    let hold = try? node.limits.admitNow(
                        record, subjects: subjects(limits), reservation: Reservation(tokens: 10, cost: USD("0.03")))
                else { continue }
                passed.withLock { $0 += 1 }
                hold.settle(finished(record, cost: USD("0.03")))
            }
        }
        #expect(passed.withLock { $0 } == 33)
        #expect(node.limits.usage(of: .user, id: "u1")?.day.cost == USD("0.99"))
    }

    @Test("Of 50 calls each worth 60 % of what is left exactly one passes")
    func sixtyPercent() async throws {
        let node = try await Node()
        let held = Locked<[Int]>([])
        let release = Locked(false)
        onThreads(5) { thread in
            for number in 0..<10 {
                guard
                    let hold = try? node.limits.admitNow(
                        opening(thread * 10 + number), subjects: subjects(limits { $0.perMonth = USD("10") }),
                        reservation: Reservation(tokens: 10, cost: USD("6")))
                else { continue }
                held.withLock { $0.append(thread * 10 + number) }
                release.withLock { $0 = true }
                hold.settle(finished(opening(thread * 10 + number), cost: USD("6")))
            }
        }
        #expect(held.withLock { $0.count } == 1)
    }

    @Test("A random mix of ends on several threads leaves no hold, no slot, and no limit passed")
    func randomMix() async throws {
        let node = try await Node()
        let all = limits {
            $0.concurrentRequests = 7
            $0.tokensPerDay = 50_000
            $0.perDay = USD("5")
            $0.requestsPerDay = 900
        }
        let admitted = Locked(0)
        let most = Locked(0)
        onThreads(4) { thread in
            var random = SeededGenerator(UInt64(thread))
            var number = 0
            while number < 500 {
                number += 1
                let record = opening(thread * 1000 + number)
                let reserved = Int.random(in: 10...200, using: &random)
                let cost = USD(picodollars: Int64(reserved) * 100_000_000)
                guard
                    var hold = try? node.limits.admitNow(
                        record, subjects: subjects(all), reservation: Reservation(tokens: reserved, cost: cost))
                else { continue }
                admitted.withLock { $0 += 1 }
                let open = node.limits.usage(of: .token, id: "t1")?.open ?? 0
                most.withLock { $0 = max($0, open) }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: break  // let go of
                case 1:
                    hold.checkpoint(completionTokens: 0, cost: .zero)  // and let go of
                case 2:
                    var failed = record
                    failed.usage = Usage()
                    failed.status = 502
                    hold.settle(failed)
                default: hold.settle(finished(record, completionTokens: reserved - 10, cost: cost))
                }
            }
        }
        let counter = try #require(node.limits.usage(of: .token, id: "t1"))
        #expect(counter.open == 0)
        #expect(most.withLock { $0 } <= 7)
        #expect(counter.day.requests == admitted.withLock { $0 })
        #expect(counter.day.requests <= 900)
        #expect(await node.limits.openHolds().isEmpty)
        await node.ledger.flush()
        let rows = try await node.rows()
        #expect(rows.count == admitted.withLock { $0 })
        #expect(rows.reduce(0) { $0 + $1.usage.totalTokens } == counter.day.tokens)
        #expect(rows.reduce(USD.zero) { $0 + ($1.cost ?? .zero) } == counter.day.cost)
        #expect(counter.day.tokens <= 50_000)
        #expect(counter.day.cost <= USD("5")!)
    }

    @Test("An open hold is listed with what it reserved, until it is settled")
    func openHolds() async throws {
        let node = try await Node()
        let record = opening(7)
        let hold = try await node.limits.admit(
            record, subjects: [], reservation: Reservation(tokens: 99, cost: USD("0.5")))
        let open = try #require(await node.limits.openHolds().first)
        #expect(open.id == record.id)
        #expect(open.requestID == "req-7")
        #expect(open.username == "name-of-u1")
        #expect(open.tokenID == "t1")
        #expect(open.route == "rotation/fast")
        #expect(open.since == record.time)
        #expect(open.node == "n1")
        #expect(open.reserved == Reservation(tokens: 99, cost: USD("0.5")))
        hold.settle(finished(record))
        #expect(await node.limits.openHolds().isEmpty)
    }

    @Test("A hold that is let go of becomes an abandoned row with what is known")
    func abandoned() async throws {
        let node = try await Node()
        do {
            var hold = try await node.limits.admit(
                opening(1), subjects: [], reservation: Reservation(tokens: 99, cost: USD("0.5")))
            hold.checkpoint(provider: "openai", model: "m", completionTokens: 42, cost: USD("0.25"))
        }
        await node.ledger.flush()
        let row = try #require(try await node.rows().first)
        #expect(row.state == .abandoned)
        #expect(row.estimated)
        #expect(row.errorCode == "abandoned")
        #expect(row.usage.promptTokens == 10)
        #expect(row.usage.completionTokens == 42)
        #expect(row.cost == USD("0.25"))
        #expect(row.provider == "openai")
    }

    @Test("A new process begins its windows with what the ledger has")
    func seeding() async throws {
        let directory = TemporaryDirectory()
        let clock = TestClock()
        let all = limits {
            $0.requestsPerDay = 3
            $0.perMonth = USD("1")
        }
        do {
            let first = try await Node(in: directory, clock: clock)
            for number in 1...2 {
                let record = opening(number, time: clock.now)
                try await first.limits.admit(
                    record, subjects: subjects(all), reservation: Reservation(tokens: 20, cost: USD("0.3"))
                ).settle(finished(record, cost: USD("0.3")))
            }
            #expect(await first.ledger.close())
            await first.database.close()
        }
        clock.advance(61_000)
        let second = try await Node(in: directory, clock: clock)
        await second.ledger.recover()
        try await second.limits.seed()
        func refusal(_ number: Int, _ cost: USD?) async -> GatewayError? {
            do throws(GatewayError) {
                try await second.limits.admit(
                    opening(number, time: clock.now), subjects: subjects(all),
                    reservation: Reservation(tokens: 1, cost: cost)
                ).settle(finished(opening(number, time: clock.now), cost: cost))
                return nil
            } catch { return error }
        }
        guard case .limited(let money) = await refusal(10, USD("0.5")) else {
            Issue.record("let in")
            return
        }
        #expect(money.limit == .usdPerMonth)
        #expect(await refusal(11, USD("0.4")) == nil)
        guard case .limited(let requests) = await refusal(12, .zero) else {
            Issue.record("let in")
            return
        }
        #expect(requests.limit == .requestsPerDay)
        #expect(second.limits.usage(of: .user, id: "u1")?.minute.requests == 1)
    }
}
