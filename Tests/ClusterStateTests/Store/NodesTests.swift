import Testing

@testable import ClusterState

@Suite(.onBothDatabases) struct NodesTests {
    @Test(
        "A node that is not heard of for 10 seconds is not live, and after an hour it is forgotten, whatever its own clock says"
    )
    func liveness() async throws {
        let node = try await Node()
        let feed = ChangeFeed(node.store)
        node.clock.advance(-86_400_000)
        try await feed.catchUp()
        #expect(try await node.store.nodes()[0].isLive)
        try await node.silence(by: 5000)
        #expect(try await node.store.nodes()[0].isLive)
        try await node.silence(by: 5000)
        #expect(try await !node.store.nodes()[0].isLive)
        try await node.silence(by: 3_600_000)
        try await ChangeFeed(node.store, id: "n2").catchUp()
        #expect(try await node.store.nodes().map(\.id) == ["n2"])
    }

    private func run(_ epoch: String, at address: String = "127.0.0.1:1") -> ClusterNode {
        ClusterNode(id: "n1", epoch: epoch, address: address, version: "0", startedAt: 0)
    }

    @Test("A node that starts again where it was is not waited for under its earlier run")
    func restarts() async throws {
        let node = try await Node()
        try await node.store.heartbeat(run("first"))
        #expect(try await node.store.takeName(of: run("second"), isKnownToBeAlone: true))
        #expect(try await node.store.nodes().isEmpty)
    }

    @Test("A second node of one name does not start while the first is heard of, and does when it has died")
    func names() async throws {
        let node = try await Node()
        let other = run("second", at: "127.0.0.2:1")
        try await node.store.heartbeat(run("first"))
        let beating = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(50))
                try await node.store.heartbeat(run("first"))
            }
        }
        #expect(try await !node.store.takeName(of: other, isKnownToBeAlone: false, watching: .seconds(20)))
        beating.cancel()
        _ = await beating.result
        #expect(try await node.store.takeName(of: other, isKnownToBeAlone: false, watching: .milliseconds(300)))
        #expect(try await node.store.nodes().isEmpty)
    }

    @Test("Of two nodes that take one name at the same moment at least one finds out")
    func namesTakenAtOnce() async throws {
        let node = try await Node()
        let runs = [run("first"), run("second", at: "127.0.0.2:1")]
        for run in runs { #expect(try await node.store.takeName(of: run, isKnownToBeAlone: false)) }
        for run in runs { try await node.store.heartbeat(run) }
        for run in runs { #expect(try await node.store.sharesName(run)) }
    }

    @Test("A node that Redis hears of lives, also when the store has not heard of it")
    func heardOtherwise() async throws {
        let node = try await Node()
        try await node.store.heartbeat(run("first"))
        try await node.silence(by: 60_000)
        var row = try await node.store.nodes()[0]
        let (seen, silence) = (row.lastSeen, row.silence)
        row.heard(400)
        #expect(row.isLive)
        #expect(row.lastSeen == seen + silence - 400)
        row.heard(100_000)
        #expect(row.silence == 400)
    }
}
