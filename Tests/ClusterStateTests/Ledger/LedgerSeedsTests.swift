import GatewayTypes
import SQLDatabase
import Testing

@testable import ClusterState

@Suite(.onBothDatabases) struct LedgerSeedsTests {
    private static let hour: Int64 = 3_600_000
    /// 2026-03-10T12:00:00Z
    private static let noon: Int64 = 1_773_144_000_000
    private static let zone = "Asia/Tokyo"

    private func owners(_ node: Node) async throws -> [(user: String, token: String)] {
        try await node.store.putTier(TierConfiguration(name: "gold", limits: limits { $0.requestsPerDay = 5 }))
        var owners: [(user: String, token: String)] = []
        for number in 0..<3 {
            let user = try await node.store.createUser(
                NewUser(
                    username: "user-\(number)", tier: number == 0 ? "gold" : nil,
                    limits: limits { $0.perMonth = USD("1") })
            )
            let token = try await node.store.createToken(
                NewToken(
                    user: user.id, name: "t",
                    limits: limits {
                        $0.tokensPerMinute = 5
                        $0.zone = number == 1 ? Self.zone : nil
                    }))
            owners.append((user.id, token.row.id))
        }
        return owners
    }

    private func rows(_ owners: [(user: String, token: String)], _ chance: inout SeededGenerator) -> [UsageRecord] {
        (0..<400).map { number in
            let owner = owners.randomElement(using: &chance)!
            let far = Bool.random(using: &chance)
            let time = Self.noon - Int64.random(in: 0..<(far ? 200 * Self.hour : 100_000), using: &chance)
            var row = finished(
                opening(
                    number, user: owner.user, token: Bool.random(using: &chance) ? owner.token : nil, time: time,
                    node: "n\(Int.random(in: 0..<3, using: &chance))"),
                completionTokens: Int.random(in: 0..<100, using: &chance))
            row.cost = USD(picodollars: Int64.random(in: 0..<1 << 30, using: &chance))
            return row
        }
    }

    @Test("A seed has the rows of the window, of everybody but the nodes that speak, however much is summed up")
    func sums() async throws {
        let node = try await Node()
        let owners = try await owners(node)
        var chance = SeededGenerator(11)
        let rows = rows(owners, &chance)
        for row in rows { node.ledger.settled(row, openedIn: nil) }
        #expect(await node.ledger.flush())
        for round in 0..<6 {
            if round == 3 { try await node.ledger.sumUpHours(now: Self.noon) }
            var spoken = SpokenNodes()
            for name in ["n0", "n1"].prefix(round % 3) {
                spoken.add(name, startedAt: Self.noon - Int64.random(in: 0..<40 * Self.hour, using: &chance))
            }
            let seeds = try await node.ledger.ledgerSeeds(
                at: Self.noon, without: spoken, tiers: node.store.configuredTiers)
            #expect(seeds.count == 7)
            for seed in seeds { check(seed, rows, spoken) }
        }
    }

    private func check(_ seed: LedgerSeed, _ rows: [UsageRecord], _ spoken: SpokenNodes) {
        let isToken = seed.owner.kind == .token
        let id = seed.owner.id.hasPrefix("gold:") ? String(seed.owner.id.dropFirst(5)) : seed.owner.id
        let own = rows.filter { (isToken ? $0.tokenID : $0.userID) == id }
        let silent = own.filter { row in spoken.starts[row.node].map { row.time < $0 } ?? true }
        let day = silent.filter { $0.time >= seed.day.span.start }
        let minute = silent.filter { $0.time >= seed.minute.span.start }
        let before = own.filter { $0.time >= seed.month.start && $0.time < seed.day.span.start }
        #expect(seed.day.requests == day.count)
        #expect(seed.day.tokens == day.reduce(0) { $0 + $1.usage.totalTokens })
        #expect(seed.day.cost == day.reduce(USD.zero) { $0 + ($1.cost ?? .zero) })
        #expect(seed.minute.requests == minute.count)
        #expect(seed.costBefore == before.reduce(USD.zero) { $0 + ($1.cost ?? .zero) })
        // Midnight in Tokyo is nine hours before that of UTC.
        #expect([12, 21].contains((Self.noon - seed.day.span.start) / Self.hour))
    }
}
