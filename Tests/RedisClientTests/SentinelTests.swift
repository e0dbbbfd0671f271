import EventLoop
import Testing

@testable import RedisClient

@Suite("Redis behind Sentinels", .timeLimit(.minutes(5)))
struct SentinelTests {
    @Test("When the master dies, the client finds the new one by itself")
    func failover() async throws {
        let master = RedisServer()
        let replica = RedisServer(["replicaof 127.0.0.1 \(master.port)", "repl-diskless-load disabled"])
        let sentinel = RedisServer(
            [
                "sentinel monitor main 127.0.0.1 \(master.port) 1", "sentinel down-after-milliseconds main 500",
                "sentinel failover-timeout main 3000",
            ], isSentinel: true)
        try await withClient(replica.url) { client in
            // It counts as away, being a replica; its link to the master is what must be up before the master may die.
            #expect(!client.isUp)
        }
        try await waitForReplica(of: master)
        let absent = freePort()
        let url = "redis+sentinel://127.0.0.1:\(absent),127.0.0.1:\(sentinel.port)/main"
        try await waitUntilKnown(replica, to: sentinel)
        try await withClient(url) { client in
            let states = await client.states()
            try await client.command(["SET", "before", 1])
            #expect(try await Self.port(of: client) == Int(master.port))
            try await client.command(["WAIT", 1, 1000])
            let seen = states.all.count
            master.kill()
            await states.up(after: seen)
            #expect(try await Self.port(of: client) == Int(replica.port))
            #expect(try await client.command(["GET", "before"]).asInteger == 1)
            try await client.command(["SET", "after", 1])
        }
    }

    @Test("A master's name that no Sentinel knows, and Sentinels that are away, are told apart")
    func mistakes() async throws {
        let sentinel = RedisServer(isSentinel: true)
        try await withClient("redis+sentinel://127.0.0.1:\(sentinel.port)/absent") { client in
            #expect(await client.outcome(["PING"]) == .failure(.unavailable(.unknownMaster("absent"))))
        }
        try await withClient("redis+sentinel://127.0.0.1:\(freePort())/main") { client in
            guard case .failure(.unavailable(.noSentinel)) = await client.outcome(["PING"]) else {
                Issue.record("a Sentinel on a port where nobody listens")
                return
            }
        }
    }

    private static func port(of client: RedisClient) async throws -> Int? {
        try await client.command(["CONFIG", "GET", "port"]).asFields?["port"]?.asInteger
    }

    private func waitForReplica(of master: RedisServer) async throws {
        try await withClient(master.url, timeout: .seconds(30)) { client in
            try await client.command(["SET", "x", 1])
            let copies = try await client.command(["WAIT", 1, 25_000])
            #expect(copies == .integer(1))
        }
    }

    /// A Sentinel hears of the replicas from the master every ten seconds, and would fail over to none before.
    private func waitUntilKnown(_ replica: RedisServer, to sentinel: RedisServer) async throws {
        let loop = try EventLoop.start(name: "redis")
        defer { loop.stop() }
        let settings = try RedisSettings(url: sentinel.url)
        let known = await Task(executorPreference: loop) { () async -> Bool in
            let dialer = RedisDialer(loop: loop, settings: settings, for: .messages)
            guard let connection = try? await dialer.dial() else { return false }
            defer { connection.end(.cut(connection.endpoint)) }
            for _ in 0..<600 {
                if let list = try? await connection.ask(["SENTINEL", "REPLICAS", "main"]).get().asArray,
                    let fields = list.first?.asFields, fields["master-link-status"]?.asText == "ok"
                {
                    return true
                }
                try? await loop.sleep(for: .milliseconds(50))
            }
            return false
        }.value
        #expect(known)
    }
}
