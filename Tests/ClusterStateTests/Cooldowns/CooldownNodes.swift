import EventLoop
import GatewayTypes
import RedisClient
import Telemetry
import Testing

@testable import ClusterState

/// Nodes that share cooldowns over one Redis of their own.
final class CooldownNodes: Sendable {
    struct Node {
        let cooldowns: SharedCooldowns
        let client: RedisClient
        let subscription: RedisSubscription
    }

    let redis = ThrowawayRedis()
    let loop: EventLoop

    init() throws { loop = try EventLoop.start(name: "cooldowns") }

    deinit { loop.stop() }

    /// A node that has heard everything so far.
    func add(_ name: String) async throws -> Node {
        let client = RedisClient(loop: loop, settings: redis.settings)
        let subscription = RedisSubscription(loop: loop, settings: redis.settings)
        let cooldowns = SharedCooldowns(node: name, client: client) { Int64(WallClock.now()) }
        await cooldowns.start(subscription)
        let node = Node(cooldowns: cooldowns, client: client, subscription: subscription)
        try await until { await subscription.isListening && client.isUp }
        return node
    }

    func end(_ nodes: Node...) async {
        for node in nodes {
            await node.subscription.close()
            await node.client.close()
        }
    }
}

/// Asks again and again until it is so: a mirror has no event for a test to wait for.
func until(_ isSo: () async -> Bool) async throws {
    for _ in 0..<4000 {
        if await isSo() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come to pass within twenty seconds")
}
