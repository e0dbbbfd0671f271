import Testing

@testable import ClusterState

@Suite(.timeLimit(.minutes(5))) struct RedisBellTests {
    private let redis = ThrowawayRedis()

    /// A member's feed of the store of `node`, which looks only when the bell rings.
    private func feed(_ member: Member, of node: Node, _ id: String) async throws -> ChangeFeed {
        let feed = ChangeFeed(node.store, id: id, bell: member.cluster.bell)
        try await feed.follow()
        return feed
    }

    private func change(_ node: Node, _ name: String) async throws -> Int {
        let receipt = ChangeReceipt()
        _ = try await node.store.by(.system, receipt: receipt).createUser(NewUser(username: name))
        return try #require(receipt.version)
    }

    @Test("A ring makes all nodes look, and one that was cut off looks when it hears again")
    func rings() async throws {
        let node = try await Node()
        let members = [try await Member(redis, name: "a"), try await Member(redis, name: "b")]
        let feeds = [try await feed(members[0], of: node, "a"), try await feed(members[1], of: node, "b")]
        let first = try await change(node, "ann")
        await feeds[0].announce(first)
        await members[1].until { _ in await feeds[1].appliedVersion == first }
        redis.kill()
        let second = try await change(node, "ben")
        await feeds[0].announce(second)
        #expect(await [feeds[0].appliedVersion, feeds[1].appliedVersion] == [second, first])
        redis.start()
        await members[1].until { _ in await feeds[1].appliedVersion == second }
        for feed in feeds { await feed.stop() }
        for member in members { await member.leave() }
    }

    @Test("Rows of nodes and heartbeats of Redis meet under one epoch")
    func epochs() async throws {
        let node = try await Node()
        let member = try await Member(redis, name: "a")
        let epoch = member.cluster.epoch
        try await node.store.heartbeat(
            ClusterNode(id: "a", epoch: epoch, address: "127.0.0.1:1", version: "0", startedAt: 0))
        try await node.silence(by: 60_000)
        #expect(try await NodeList(store: node.store, cluster: nil).all().map(\.isLive) == [false])
        await member.until { _ in
            (try? await NodeList(store: node.store, cluster: member.cluster).all().map(\.isLive)) == [true]
        }
        await member.leave()
    }
}
