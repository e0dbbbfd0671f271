import GatewayTypes
import Testing

@testable import ClusterState

@Suite struct LimitLedgerTests {
    static let noon: Int64 = 1_773_144_000_000
    static let dayEnd: Int64 = 1_773_187_200_000
    static let monthEnd: Int64 = 1_775_001_600_000

    /// - Returns: the refusal, or `nil` when it was let in.
    private func admit(
        _ ledger: inout LimitLedger, _ limits: Limits, tokens: Int = 0, cost: USD? = nil, at time: Int64 = noon,
        into tickets: inout [LimitLedger.Ticket]
    ) -> LimitRefusal? {
        let subject = LimitSubject(owner: .token, id: "t", limits: limits)
        switch ledger.admit([subject], reserving: Reservation(tokens: tokens, cost: cost), at: time) {
        case .admitted(let ticket, _):
            tickets.append(ticket)
            return nil
        case .refused(let refusal): return refusal
        }
    }

    @Test(
        "0 blocks, and waiting does not help",
        arguments: [
            (LimitKind.requestsPerMinute, limits { $0.requestsPerMinute = 0 }),
            (.requestsPerDay, limits { $0.requestsPerDay = 0 }), (.tokensPerMinute, limits { $0.tokensPerMinute = 0 }),
            (.tokensPerDay, limits { $0.tokensPerDay = 0 }),
            (.concurrentRequests, limits { $0.concurrentRequests = 0 }), (.usdPerDay, limits { $0.perDay = .zero }),
            (.usdPerMonth, limits { $0.perMonth = .zero }),
        ])
    func zeroBlocks(kind: LimitKind, limits: Limits) throws {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        let refusal = try #require(admit(&ledger, limits, into: &tickets))
        #expect(refusal.limit == kind)
        #expect(refusal.owner == .token)
        #expect(refusal.maximum == "0")
        #expect(refusal.retryAfter == nil)
    }

    @Test("No limit is no limit")
    func noLimit() {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        for _ in 0..<1000 {
            #expect(admit(&ledger, Limits(), tokens: 1_000_000_000, cost: USD("1000"), into: &tickets) == nil)
        }
    }

    @Test(
        "A window refuses until its edge and takes again at it",
        arguments: [
            (LimitKind.requestsPerMinute, limits { $0.requestsPerMinute = 3 }, Int64(1_773_144_060_000)),
            (.requestsPerDay, limits { $0.requestsPerDay = 3 }, dayEnd),
            (.tokensPerMinute, limits { $0.tokensPerMinute = 39 }, 1_773_144_060_000),
            (.tokensPerDay, limits { $0.tokensPerDay = 39 }, dayEnd),
            (.usdPerDay, limits { $0.perDay = USD("0.39") }, dayEnd),
            (.usdPerMonth, limits { $0.perMonth = USD("0.39") }, monthEnd),
        ])
    func windowEdges(kind: LimitKind, limits: Limits, edge: Int64) throws {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        for _ in 0..<3 {
            #expect(admit(&ledger, limits, tokens: 13, cost: USD("0.13"), into: &tickets) == nil)
        }
        let before = try #require(
            admit(&ledger, limits, tokens: 13, cost: USD("0.13"), at: edge - 1, into: &tickets))
        #expect(before.limit == kind)
        #expect(before.retryAfter == .milliseconds(1))
        #expect(admit(&ledger, limits, tokens: 13, cost: USD("0.13"), at: edge, into: &tickets) == nil)
    }

    @Test("What was spent takes the reservation's place")
    func settling() throws {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        let limits = limits {
            $0.tokensPerMinute = 100
            $0.perDay = USD("1")
        }
        #expect(admit(&ledger, limits, tokens: 80, cost: USD("0.8"), into: &tickets) == nil)
        #expect(admit(&ledger, limits, tokens: 21, cost: .zero, into: &tickets)?.limit == .tokensPerMinute)
        #expect(admit(&ledger, limits, tokens: 1, cost: USD("0.21"), into: &tickets)?.limit == .usdPerDay)
        ledger.settle(tickets[0], tokens: 30, cost: USD("0.1"))
        #expect(admit(&ledger, limits, tokens: 70, cost: USD("0.9"), into: &tickets) == nil)
        #expect(admit(&ledger, limits, tokens: 1, into: &tickets)?.limit == .tokensPerMinute)
        let counter = try #require(ledger.usage(of: .token, id: "t"))
        #expect(counter.minute.tokens == 100)
        #expect(counter.day.cost == USD("1"))
        #expect(counter.open == 1)
    }

    @Test("A request that ends after its window leaves the next window alone")
    func settlingLate() throws {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        let limits = limits {
            $0.tokensPerMinute = 100
            $0.tokensPerDay = 1000
        }
        #expect(admit(&ledger, limits, tokens: 60, into: &tickets) == nil)
        #expect(admit(&ledger, limits, tokens: 50, at: Self.noon + 60_000, into: &tickets) == nil)
        ledger.settle(tickets[0], tokens: 5, cost: nil)
        let counter = try #require(ledger.usage(of: .token, id: "t"))
        #expect(counter.minute.tokens == 50)
        #expect(counter.day.tokens == 55)
    }

    @Test("A request larger than the whole limit is told to ask for less, not to wait")
    func neverFits() throws {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        let refusal = try #require(admit(&ledger, limits { $0.tokensPerMinute = 100 }, tokens: 101, into: &tickets))
        #expect(refusal.retryAfter == nil)
        #expect(refusal.needed == "101 tokens")
        #expect(GatewayError.limited(refusal).message.contains("max_tokens"))
    }

    @Test("All subjects are charged or none")
    func allOrNothing() throws {
        var ledger = LimitLedger()
        let wide = LimitSubject(owner: .token, id: "t", limits: limits { $0.requestsPerDay = 10 })
        let narrow = LimitSubject(owner: .user, id: "u", limits: limits { $0.requestsPerDay = 1 })
        var passed = 0
        for _ in 0..<5 {
            if case .admitted = ledger.admit(
                [wide, narrow], reserving: Reservation(tokens: 1, cost: nil), at: Self.noon)
            {
                passed += 1
            }
        }
        #expect(passed == 1)
        #expect(ledger.usage(of: .token, id: "t")?.day.requests == 1)
        #expect(ledger.usage(of: .token, id: "t")?.open == 1)
    }

    @Test("A clock set back a little does not begin a window anew")
    func clockSetBack() {
        var ledger = LimitLedger()
        var tickets: [LimitLedger.Ticket] = []
        let limits = limits { $0.requestsPerMinute = 1 }
        #expect(admit(&ledger, limits, at: Self.noon, into: &tickets) == nil)
        #expect(admit(&ledger, limits, at: Self.noon - 5000, into: &tickets)?.limit == .requestsPerMinute)
        #expect(admit(&ledger, limits, at: Self.noon + 100, into: &tickets)?.limit == .requestsPerMinute)
    }

    @Test("Rates tell the tightest limit after the reservation")
    func rates() {
        var ledger = LimitLedger()
        let subjects = [
            LimitSubject(
                owner: .token, id: "t",
                limits: limits {
                    $0.requestsPerMinute = 10
                    $0.tokensPerMinute = 500
                }),
            LimitSubject(
                owner: .user, id: "u",
                limits: limits {
                    $0.requestsPerDay = 5
                    $0.tokensPerDay = 9000
                }),
        ]
        guard
            case .admitted(_, let rates) = ledger.admit(
                subjects, reserving: Reservation(tokens: 100, cost: nil), at: Self.noon + 1000)
        else {
            Issue.record("refused")
            return
        }
        #expect(rates.requests == .init(limit: 5, remaining: 4, reset: .seconds(43_199)))
        #expect(rates.tokens == .init(limit: 500, remaining: 400, reset: .seconds(59)))
    }

    @Test("Counters of owners who are gone are forgotten, those of open requests are not")
    func pruning() {
        var ledger = LimitLedger()
        for number in 0..<100 {
            let subject = LimitSubject(owner: .token, id: "t\(number)", limits: limits { $0.requestsPerDay = 5 })
            guard
                case .admitted(let ticket, _) = ledger.admit(
                    [subject], reserving: Reservation(tokens: 0, cost: nil), at: Self.noon)
            else {
                Issue.record("refused")
                return
            }
            if number > 0 { ledger.settle(ticket, tokens: 1, cost: nil) }
        }
        #expect(ledger.count == 100)
        _ = ledger.admit([], reserving: Reservation(tokens: 0, cost: nil), at: Self.monthEnd + 1)
        #expect(ledger.count == 1)
        #expect(ledger.usage(of: .token, id: "t0")?.open == 1)
    }

    @Test("A member of a tier begins with what its user has used")
    func tierSeeds() throws {
        var ledger = LimitLedger()
        var seed = LimitSeed(owner: .user, id: "u", time: Self.noon)
        seed.day = LimitSeed.Sum(requests: 4, tokens: 40, cost: USD("0.4")!)
        seed.month = LimitSeed.Sum(requests: 4, tokens: 40, cost: USD("0.9")!)
        ledger.seed([seed])
        let subject = LimitSubject(
            owner: .tier, id: "gold:u",
            limits: limits {
                $0.requestsPerDay = 5
                $0.perMonth = USD("1")
            })
        let dear = Reservation(tokens: 0, cost: USD("0.2"))
        guard case .refused(let refusal) = ledger.admit([subject], reserving: dear, at: Self.noon) else {
            Issue.record("let in")
            return
        }
        #expect(refusal.limit == .usdPerMonth)
        let cheap = Reservation(tokens: 0, cost: USD("0.1"))
        guard case .admitted = ledger.admit([subject], reserving: cheap, at: Self.noon) else {
            Issue.record("refused")
            return
        }
        guard case .refused(let second) = ledger.admit([subject], reserving: .init(tokens: 0, cost: nil), at: Self.noon)
        else {
            Issue.record("let in")
            return
        }
        #expect(second.limit == .requestsPerDay)
    }
}
