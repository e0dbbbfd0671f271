import EventLoop
import RedisClient

/// Commands of a test itself.
struct RedisCommands {
    let redis: ThrowawayRedis
    init(_ redis: ThrowawayRedis) { self.redis = redis }

    @discardableResult
    func run(_ words: RedisWord...) async -> RedisReply? {
        guard let loop = try? EventLoop.start(name: "commands") else { return nil }
        defer { loop.stop() }
        let client = RedisClient(loop: loop, settings: redis.settings)
        let reply = try? await client.command(words)
        await client.close()
        return reply
    }
}
