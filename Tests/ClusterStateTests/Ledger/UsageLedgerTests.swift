import GatewayTypes
import SQLDatabase
import Testing

@testable import ClusterState

@Suite(.onBothDatabases) struct UsageLedgerTests {
    @Test("A settled row comes back from the store field by field, and so does one from the journal")
    func roundTrip() async throws {
        let node = try await Node()
        let record = finished(opening())
        #expect(UsageRecord(payload: record.journalBytes) == record)
        #expect(UsageRecord(payload: opening().journalBytes) == opening())
        let segment = node.ledger.opened(opening())
        node.ledger.settled(record, openedIn: segment)
        #expect(await node.ledger.flush())
        #expect(try await node.rows() == [record])
    }

    @Test("No price stays no price, and is not zero")
    func unpriced() async throws {
        let node = try await Node()
        node.ledger.settled(finished(opening(1), cost: nil), openedIn: nil)
        node.ledger.settled(finished(opening(2), cost: .zero), openedIn: nil)
        await node.ledger.flush()
        #expect(try await node.rows().map(\.cost) == [.zero, nil])
        let sum = try #require(try await node.ledger.usage(by: .user).first)
        #expect(sum.unpriced == 1)
        #expect(sum.cost == .zero)
    }

    @Test("Pages go through all rows, newest first, without a gap or a double", arguments: [1, 7, 100])
    func pagination(limit: Int) async throws {
        let node = try await Node()
        for number in 1...53 { node.ledger.settled(finished(opening(number)), openedIn: nil) }
        await node.ledger.flush()
        var ids: [String] = []
        var after: String?
        repeat {
            let page = try await node.ledger.requests(limit: limit, after: after)
            #expect(page.rows.count <= limit)
            ids += page.rows.map(\.id)
            after = page.next
        } while after != nil
        #expect(ids == (1...53).reversed().map { testID($0) })
    }

    @Test("Each filter keeps its rows and no others")
    func filters() async throws {
        let node = try await Node()
        let noon: Int64 = 1_773_144_000_000
        let id = testID(99)
        var odd = finished(
            opening(2, user: id, token: nil, time: noon + 1000, route: "groq/llama", username: "bob"))
        odd.provider = "groq"
        odd.model = "llama"
        odd.status = 429
        for row in [finished(opening(1)), odd, finished(opening(3, token: "t3", time: noon + 2000))] {
            node.ledger.settled(row, openedIn: nil)
        }
        await node.ledger.flush()
        func found(_ change: (inout RequestFilter) -> Void) async throws -> [String] {
            var filter = RequestFilter()
            change(&filter)
            return try await node.ledger.requests(filter).rows.map(\.requestID)
        }
        #expect(try await found { _ in } == ["req-3", "req-2", "req-1"])
        #expect(try await found { $0.user = id } == ["req-2"])
        #expect(try await found { $0.user = "bob" } == ["req-2"])
        #expect(try await found { $0.token = "t3" } == ["req-3"])
        #expect(try await found { $0.provider = "groq" } == ["req-2"])
        #expect(try await found { $0.model = "llama" } == ["req-2"])
        #expect(try await found { $0.route = "groq/llama" } == ["req-2"])
        #expect(try await found { $0.status = 429 } == ["req-2"])
        #expect(try await found { $0.id = testID(1) } == ["req-1"])
        #expect(try await found { $0.from = noon + 1000 } == ["req-3", "req-2"])
        #expect(try await found { $0.to = noon + 2000 } == ["req-2", "req-1"])
        #expect(
            try await found {
                $0.user = "name-of-u1"
                $0.from = noon + 1
                $0.to = noon + 2001
            } == ["req-3"])
    }

    @Test("Sums add up in each grouping", arguments: UsageGrouping.allCases)
    func sums(grouping: UsageGrouping) async throws {
        let node = try await Node()
        let noon: Int64 = 1_773_144_000_000
        for number in 1...6 {
            var row = finished(
                opening(
                    number, user: "u\(number % 2)", token: number == 6 ? nil : "t", time: noon + Int64(number) * 20_000)
            )
            if number == 5 { row.status = 502 }
            node.ledger.settled(row, openedIn: nil)
        }
        await node.ledger.flush()
        let sums = try await node.ledger.usage(by: grouping, interval: .minute)
        #expect(sums.reduce(0) { $0 + $1.requests } == 6)
        #expect(sums.reduce(0) { $0 + $1.errors } == 1)
        #expect(sums.reduce(0) { $0 + $1.promptTokens } == 60)
        #expect(sums.reduce(0) { $0 + $1.completionTokens } == 30)
        #expect(sums.reduce(USD.zero) { $0 + ($1.cost ?? .zero) } == USD("0.006"))
        switch grouping {
        case .time: #expect(sums.map(\.time) == [noon, noon + 60_000, noon + 120_000])
        case .user: #expect(Set(sums.map(\.group)) == ["name-of-u0", "name-of-u1"])
        case .token: #expect(sums.map(\.group) == ["t", nil])
        case .provider: #expect(sums.map(\.group) == ["openai"])
        case .model: #expect(sums.map(\.group) == ["gpt-4o-mini"])
        case .route: #expect(sums.map(\.group) == ["rotation/fast"])
        }
    }

    @Test("Rows wait while the database fails, also those that no longer fit in memory, and all arrive in the end")
    func databaseFails() async throws {
        let node = try await Node(segmentSize: 16 << 10, mostInMemory: 20)
        try await node.database.write { connection throws(SQLError) in
            try connection.execute("ALTER TABLE requests RENAME TO requests_gone")
        }
        for number in 1...200 {
            let record = opening(number)
            node.ledger.settled(finished(record), openedIn: node.ledger.opened(record))
        }
        #expect(await node.ledger.flush() == false)
        let status = await node.ledger.status()
        #expect(status.waiting == 20)
        #expect(status.failure != nil)
        #expect(node.journal.segmentCount > 5)
        try await node.database.write { connection throws(SQLError) in
            try connection.execute("ALTER TABLE requests_gone RENAME TO requests")
        }
        #expect(await node.ledger.flush())
        #expect(try await node.rows().map(\.id) == (1...200).reversed().map { testID($0) })
        #expect(node.journal.segmentCount == 1)
    }

    @Test("Any number of rows is written at once, each once and as it was", arguments: [1, 4, 19, 20, 50, 73, 126])
    func batches(count: Int) async throws {
        let node = try await Node()
        let rows = (1...count).map { finished(opening($0)) }
        for row in rows { node.ledger.settled(row, openedIn: nil) }
        #expect(await node.ledger.flush())
        #expect(try await node.rows() == rows.reversed())
    }

    @Test("Rows reach the database by themselves")
    func writesUnasked() async throws {
        let node = try await Node(interval: .milliseconds(5))
        node.ledger.settled(finished(opening()), openedIn: nil)
        for _ in 0..<6000 where try await node.rows().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await node.rows().count == 1)
    }

    @Test("On a full disk rows are kept in memory; when that is full too, nothing more is let in")
    func journalFails() async throws {
        let node = try await Node(mostInMemory: 3)
        node.journal.refuseWrites(true)
        for number in 1...3 {
            let record = opening(number)
            try await node.limits.admit(record, subjects: [], reservation: Reservation(tokens: 1, cost: nil))
                .settle(finished(record))
        }
        do throws(GatewayError) {
            try await node.limits.admit(opening(4), subjects: [], reservation: Reservation(tokens: 1, cost: nil))
                .settle(finished(opening(4)))
            Issue.record("let in")
        } catch {
            #expect(error.status == 500)
        }
        #expect(await node.limits.openHolds().isEmpty)
        #expect(await node.ledger.flush())
        #expect(try await node.rows().count == 3)
        try await node.limits.admit(opening(5), subjects: [], reservation: Reservation(tokens: 1, cost: nil))
            .settle(finished(opening(5)))
        await node.ledger.flush()
        #expect(try await node.rows().count == 4)
    }
}
