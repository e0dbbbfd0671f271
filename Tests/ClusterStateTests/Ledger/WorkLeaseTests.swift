import SQLDatabase
import Testing

@testable import ClusterState

@Suite(.onBothDatabases) struct WorkLeaseTests {
    @Test("Of three nodes one does the work, as long as it goes on; when it stops another one takes over")
    func turns() async throws {
        let database = try await SharedDatabase()
        let clock = TestClock()
        var nodes: [UsageMaintenance] = []
        var kept: [Node] = []
        for number in 0..<3 {
            let node = try await Node(clock: clock, shared: database)
            kept.append(node)
            nodes.append(
                UsageMaintenance(
                    ledger: node.ledger, owner: "node-\(number)", now: clock.read, retention: { nil },
                    onFailure: { Issue.record("\($0)") }))
        }
        func turns() async throws -> [Bool] {
            var turns: [Bool] = []
            for node in nodes { turns.append(try await node.once()) }
            return turns
        }
        for _ in 0..<5 {
            #expect(try await turns() == [true, false, false])
            clock.advance(60_000)
        }
        let first = nodes.removeFirst()
        clock.advance(30_000)
        #expect(try await turns() == [false, false])
        clock.advance(60_001)
        #expect(try await turns() == [true, false])
        #expect(try await first.once() == false)
    }
}
