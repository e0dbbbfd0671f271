import GatewayTypes
import SQLDatabase
import Testing

@testable import ClusterState

@Suite("Usage by the hour", .onBothDatabases) struct UsageHoursTests {
    private static let noon: Int64 = 1_773_144_000_000
    private static let hour: Int64 = 3_600_000

    private func row(_ number: Int, at time: Int64, chance: inout SeededGenerator) -> UsageRecord {
        var row = finished(
            opening(
                number, user: "u\(Int.random(in: 0..<3, using: &chance))",
                token: Bool.random(using: &chance) ? "t\(Int.random(in: 0..<2, using: &chance))" : nil, time: time),
            completionTokens: Int.random(in: 0..<100, using: &chance),
            cost: Bool.random(using: &chance) ? USD(picodollars: Int64.random(in: 0..<1 << 30, using: &chance)) : nil)
        row.provider = Bool.random(using: &chance) ? "openai" : nil
        row.model = row.provider.map { _ in "m\(Int.random(in: 0..<2, using: &chance))" }
        row.status = [200, 200, 429, 502].randomElement(using: &chance)!
        row.estimated = Bool.random(using: &chance)
        return row
    }

    /// What `usage` must say, from the rows themselves.
    private func truth(_ rows: [UsageRecord], _ filter: RequestFilter) -> (requests: Int, tokens: Int, cost: USD) {
        let rows = rows.filter { row in
            (filter.from.map { row.time >= $0 } ?? true) && (filter.to.map { row.time < $0 } ?? true)
                && (filter.user.map { row.username == $0 } ?? true)
                && (filter.provider.map { row.provider == $0 } ?? true)
        }
        return (
            rows.count, rows.reduce(0) { $0 + $1.usage.completionTokens },
            rows.reduce(USD.zero) { $0 + ($1.cost ?? .zero) }
        )
    }

    /// Compares sums of random spans and filters with those of the rows.
    private func check(
        _ node: Node, _ rows: [UsageRecord], hours: Int64, _ chance: inout SeededGenerator
    ) async throws {
        for _ in 0..<12 {
            var filter = RequestFilter()
            if Bool.random(using: &chance) {
                filter.from = Self.noon + Int64.random(in: 0..<hours * Self.hour, using: &chance)
            }
            if Bool.random(using: &chance) {
                filter.to = Self.noon + Int64.random(in: 0..<hours * Self.hour, using: &chance)
            }
            if Bool.random(using: &chance) { filter.user = "name-of-u1" }
            if Bool.random(using: &chance) { filter.provider = "openai" }
            let expected = truth(rows, filter)
            for grouping in UsageGrouping.allCases {
                let sums = try await node.ledger.usage(by: grouping, interval: .hour, filter)
                #expect(sums.reduce(0) { $0 + $1.requests } == expected.requests)
                #expect(sums.reduce(0) { $0 + $1.completionTokens } == expected.tokens)
                #expect(sums.reduce(USD.zero) { $0 + ($1.cost ?? .zero) } == expected.cost)
            }
        }
    }

    @Test("Sums over days are those of the rows, also of days that a row comes late to, or whose rows are gone")
    func days() async throws {
        let node = try await Node()
        var chance = SeededGenerator(13)
        var rows: [UsageRecord] = []
        let hours: Int64 = 100
        func add(_ count: Int) async throws {
            for _ in 0..<count {
                let time = Self.noon + Int64.random(in: 0..<hours * Self.hour, using: &chance)
                rows.append(row(rows.count + 1, at: time, chance: &chance))
                node.ledger.settled(rows[rows.count - 1], openedIn: nil)
            }
            #expect(await node.ledger.flush())
        }
        try await add(200)
        try await node.ledger.sumUpHours(now: Self.noon + 80 * Self.hour)
        try await check(node, rows, hours: hours, &chance)
        try await add(3)
        try await check(node, rows, hours: hours, &chance)
        try await node.ledger.sumUpHours(now: Self.noon + 200 * Self.hour)
        let whole = try await node.ledger.usage(by: .token)
        try await node.ledger.prune(before: Self.noon + 60 * Self.hour)
        #expect(try await node.ledger.usage(by: .token) == whole)
        try await add(20)
        try await node.ledger.sumUpHours(now: Self.noon + 200 * Self.hour)
        let sums = try await node.ledger.usage(by: .token)
        #expect(sums.reduce(0) { $0 + $1.requests } == rows.count)
    }

    @Test("A store of a release without sums by the day has them after its migration")
    func migratedDays() async throws {
        let node = try await Node()
        var chance = SeededGenerator(17)
        for number in 1...80 {
            let time = Self.noon + Int64.random(in: 0..<100 * Self.hour, using: &chance)
            node.ledger.settled(row(number, at: time, chance: &chance), openedIn: nil)
        }
        await node.ledger.flush()
        try await node.ledger.sumUpHours(now: Self.noon + 200 * Self.hour)
        let before = try await node.ledger.usage(by: .user)
        try await node.database.write { connection throws(SQLError) in
            try connection.execute("DELETE FROM usage_hourly WHERE kind LIKE '%/day'")
        }
        #expect(try await node.ledger.usage(by: .user) != before)
        try await node.database.write { connection throws(SQLError) in
            for statement in Schema.usageByDay(1).statements { try connection.execute(statement) }
        }
        for grouping in UsageGrouping.allCases where grouping != .time {
            #expect(try await node.ledger.usage(by: grouping).reduce(0) { $0 + $1.requests } == 80)
        }
        #expect(try await node.ledger.usage(by: .user) == before)
    }

    @Test("Sums are those of the rows, however much is summed up, and late rows count")
    func sumsAreTrue() async throws {
        let node = try await Node()
        var chance = SeededGenerator(7)
        var rows: [UsageRecord] = []
        func add(_ count: Int) async throws {
            for _ in 0..<count {
                let time = Self.noon + Int64.random(in: 0..<6 * Self.hour, using: &chance)
                rows.append(row(rows.count + 1, at: time, chance: &chance))
                node.ledger.settled(rows[rows.count - 1], openedIn: nil)
            }
            #expect(await node.ledger.flush())
        }
        func check() async throws { try await self.check(node, rows, hours: 6, &chance) }
        try await add(120)
        try await check()
        // Noon to four o'clock are over, and a little more.
        #expect(try await node.ledger.sumUpHours(now: Self.noon + 4 * Self.hour + UsageHour.grace) == 4)
        try await check()
        try await add(30)
        try await check()
        #expect(try await node.ledger.sumUpHours(now: Self.noon + 9 * Self.hour) == 6)
        #expect(try await node.ledger.sumUpHours(now: Self.noon + 9 * Self.hour) == 0)
        try await check()
    }

    @Test("Several nodes that sum up at once count nothing twice")
    func together() async throws {
        let node = try await Node()
        var chance = SeededGenerator(3)
        for number in 1...60 {
            node.ledger.settled(
                row(number, at: Self.noon + Int64(number % 4) * Self.hour, chance: &chance), openedIn: nil)
        }
        await node.ledger.flush()
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await node.ledger.sumUpHours(now: Self.noon + 9 * Self.hour) } }
            return try await group.reduce(0, +)
        }
        #expect(counts == 4)
        #expect(try await node.ledger.usage(by: .time).map(\.requests) == [15, 15, 15, 15])
    }

    @Test("Old rows go, their sums stay, and a row that comes later still is counted once")
    func pruning() async throws {
        let node = try await Node()
        var chance = SeededGenerator(5)
        for number in 1...40 {
            node.ledger.settled(
                row(number, at: Self.noon + Int64(number % 4) * Self.hour, chance: &chance), openedIn: nil)
        }
        await node.ledger.flush()
        // Not summed up yet: nothing may go.
        #expect(try await node.ledger.prune(before: Self.noon + 2 * Self.hour) == 0)
        try await node.ledger.sumUpHours(now: Self.noon + 9 * Self.hour)
        let before = try await node.ledger.usage(by: .user)
        #expect(try await node.ledger.prune(before: Self.noon + 2 * Self.hour + 5) == 20)
        #expect(try await node.rows().count == 20)
        #expect(try await node.ledger.usage(by: .user) == before)
        node.ledger.settled(row(41, at: Self.noon + 7, chance: &chance), openedIn: nil)
        await node.ledger.flush()
        #expect(try await node.ledger.sumUpHours(now: Self.noon + 9 * Self.hour) == 1)
        #expect(try await node.ledger.usage(by: .time).map(\.requests) == [11, 10, 10, 10])
        #expect(try await node.rows().count == 20)
    }

    @Test("A settlement takes the place of an abandoned row, never the other way, in whatever order they come")
    func settlementsWin() async throws {
        let node = try await Node()
        let settled = finished(opening(1))
        var abandoned = settled
        abandoned.state = .abandoned
        abandoned.usage.completionTokens = 1
        for row in [abandoned, settled, abandoned, settled] {
            node.ledger.settled(row, openedIn: nil)
            await node.ledger.flush()
        }
        #expect(try await node.rows() == [settled])
        #expect(try await node.ledger.usage(by: .user).map(\.completionTokens) == [settled.usage.completionTokens])
    }

    @Test("A row that the database refuses for good is put aside, and the others go in")
    func refusedRow() async throws {
        let refused = TestList<String>()
        let node = try await Node { id, _ in refused.append(id) }
        try await node.database.write { connection throws(SQLError) in
            switch connection.dialect {
            case .sqlite:
                try connection.execute(
                    """
                    CREATE TRIGGER refuse BEFORE INSERT ON requests WHEN NEW.node = 'bad'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """)
            case .mysql:
                try connection.execute("ALTER TABLE requests ADD CONSTRAINT refuse CHECK (node <> 'bad')")
            }
        }
        for number in 1...150 {
            let record = opening(number, node: number == 77 || number == 130 ? "bad" : "n1")
            node.ledger.settled(finished(record), openedIn: nil)
        }
        #expect(await node.ledger.flush())
        #expect(try await node.rows().count == 148)
        #expect(refused.all == [testID(77), testID(130)])
        #expect(await node.ledger.status().rejected == 2)
        let kept = String(decoding: node.directory.read(node.directory.path + "/journal/rejected.jsonl"), as: UTF8.self)
        #expect(kept.split(separator: "\n").count == 2)
        #expect(kept.contains(testID(77)))
    }

    @Test("Texts longer than their columns are cut, and cost no row")
    func longTexts() async throws {
        let node = try await Node()
        var record = finished(opening(1, route: String(repeating: "r", count: 1000)))
        record.model = String(repeating: "🔑", count: 300)
        record.errorCode = String(repeating: "e\u{301}", count: 200)
        record.droppedParameters = (0..<20_000).map { "parameter_\($0)" }
        node.ledger.settled(record, openedIn: nil)
        #expect(await node.ledger.flush())
        let row = try #require(try await node.rows().first)
        #expect(row.model == String(repeating: "🔑", count: 256))
        #expect(row.route.count == 256)
        #expect(row.droppedParameters.count == 20_000)
        #expect(await node.ledger.status().rejected == 0)
    }
}

@Suite struct UsageSpanTests {
    @Test("Every moment is covered exactly once, and no dirty or broken hour or day by its sums")
    func covers() {
        var chance = SeededGenerator(11)
        let hour = UsageHour.length
        for _ in 0..<2000 {
            let hours: Int64 = [20, 100].randomElement(using: &chance)!
            let from = Bool.random(using: &chance) ? Int64.random(in: 0..<hours * hour, using: &chance) : nil
            let to = Bool.random(using: &chance) ? Int64.random(in: 0..<hours * hour, using: &chance) : nil
            let rare = Int.random(in: 1..<60, using: &chance)
            let dirty = (0..<hours).map { $0 * hour }.filter { _ in Int.random(in: 0..<rare, using: &chance) == 0 }
            let hasDays = Bool.random(using: &chance)
            let spans = UsageSpan.cover(from: from, to: to, dirty: dirty, hasDays: hasDays)
            let dirtyDays = Set(dirty.map { UsageDay.start(of: $0) })
            for _ in 0..<20 {
                let moment = Int64.random(in: 0..<(hours + 1) * hour, using: &chance)
                let covering = spans.filter { span in
                    guard span.from ?? .min <= moment, moment < span.to ?? .max else { return false }
                    return switch span.source {
                    case .rows: true
                    case .hours: !dirty.contains(UsageHour.start(of: moment))
                    case .days: !dirtyDays.contains(UsageDay.start(of: moment))
                    }
                }
                let isWanted = from ?? .min <= moment && moment < to ?? .max
                #expect(covering.count == (isWanted ? 1 : 0))
            }
            for span in spans where span.source == .hours {
                #expect((span.from ?? 0) % hour == 0 && (span.to ?? 0) % hour == 0)
            }
            for span in spans where span.source == .days {
                #expect(hasDays && (span.from ?? 0) % (24 * hour) == 0 && (span.to ?? 0) % (24 * hour) == 0)
            }
        }
    }

    @Test("Absurd times trap nothing")
    func extremes() {
        for from in [Int64.min, -1, 0, .max] {
            for to in [Int64.min, -1, 0, .max] { _ = UsageSpan.cover(from: from, to: to, dirty: [0], hasDays: true) }
        }
    }
}
