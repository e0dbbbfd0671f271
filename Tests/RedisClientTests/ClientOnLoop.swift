import EventLoop
import Testing

@testable import RedisClient

/// Runs `body` on a loop of its own with a client, and ends both.
func withClient<Value: Sendable>(
    _ url: String, _ adjust: (inout RedisSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (RedisClient) async throws -> Value
) async throws -> Value {
    var settings = try RedisSettings(url: url)
    adjust(&settings)
    let loop = try EventLoop.start(name: "redis")
    defer { loop.stop() }
    let client = RedisClient(loop: loop, settings: settings)
    let result = await Task(executorPreference: loop) { () async -> Result<Value, any Error> in
        do { return .success(try await body(client)) } catch { return .failure(error) }
    }.value
    await client.close()
    return try result.get()
}

extension RedisClient {
    /// What a command came to.
    func outcome(_ words: [RedisWord]) async -> Result<RedisReply, RedisError> {
        do throws(RedisError) { return .success(try await command(words)) } catch { return .failure(error) }
    }

    /// Every change of state from now on.
    func states() async -> Journal<RedisState> {
        let journal = Journal<RedisState>()
        onStateChange { journal.add($0) }
        return journal
    }
}

extension Journal<RedisState> {
    func up(after skipped: Int = 0) async { await first(after: skipped) { $0 == .up } }

    /// Why Redis is away.
    func down(after skipped: Int = 0) async -> RedisOutage {
        guard case .down(let outage) = await first(after: skipped, where: { $0 != .up }) else { return .connecting }
        return outage
    }
}
