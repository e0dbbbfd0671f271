import Testing

@testable import RedisClient

/// What the client does while Redis is away in all the ways it can be.
@Suite("Redis outages", .timeLimit(.minutes(5)))
struct OutageTests {
    private let server = RedisServer()

    @Test("When Redis is killed, commands fail at once, and soon after it is back they work again")
    func killed() async throws {
        let server = server
        try await withClient(server.url) { client in
            let states = await client.states()
            try await client.command(["SET", "a", 1])
            server.kill()
            let outage = await states.down()
            guard case .unreachable = outage else {
                guard case .cut = outage else {
                    Issue.record("\(outage)")
                    return
                }
                #expect(!client.isUp)
                return try await Self.failsAtOnceAndReturns(client, states, server)
            }
            Issue.record("the first thing seen must be the cut")
        }
    }

    private static func failsAtOnceAndReturns(
        _ client: RedisClient, _ states: Journal<RedisState>, _ server: RedisServer
    ) async throws {
        for _ in 0..<100 {
            guard case .failure(.unavailable) = await client.outcome(["GET", "a"]) else {
                Issue.record("no server, and yet not unavailable")
                return
            }
        }
        await states.first { if case .down(.unreachable) = $0 { true } else { false } }
        let seen = states.all.count
        server.start()
        await states.up(after: seen)
        #expect(try await client.command(["INCR", "b"]) == .integer(1))
    }

    @Test("Before the first connection commands wait for it, and fail when it cannot be made")
    func early() async throws {
        let port = freePort()
        try await withClient("redis://127.0.0.1:\(port)") { client in
            guard case .failure(.unavailable(let outage)) = await client.outcome(["PING"]) else {
                Issue.record("nobody listens")
                return
            }
            #expect(outage == .unreachable(RedisEndpoint(host: "127.0.0.1", port: port), reason: "Connection refused"))
            #expect(outage.description.contains("SWITCHYARD_REDIS_URL"))
            let states = await client.states()
            let late = RedisServer(port: port)
            await states.up()
            try await client.command(["PING"])
            late.kill()
        }
    }

    @Test("A frozen Redis costs one deadline, then nothing, and is used again once it moves")
    func frozen() async throws {
        let server = server
        try await withClient(server.url, timeout: .seconds(1)) { client in
            let states = await client.states()
            await states.up()
            try await client.command(["PING"])
            server.freeze()
            #expect(await client.outcome(["INCR", "a"]) == .failure(.timedOut))
            #expect(await states.down() == .silent(RedisEndpoint(host: "127.0.0.1", port: server.port)))
            for _ in 0..<100 {
                guard case .failure(.unavailable) = await client.outcome(["INCR", "a"]) else {
                    Issue.record("frozen, and yet not unavailable")
                    return
                }
            }
            let seen = states.all.count
            server.thaw()
            await states.up(after: seen)
            // The command that timed out was in the frozen server's hands: it may have run, and did.
            #expect(try await client.command(["GET", "a"]).asInteger == 1)
        }
    }

    @Test("A pause, and a command that blocks the server, time out what waits", arguments: [true, false])
    func slow(isPaused: Bool) async throws {
        try await withClient(server.url, timeout: .seconds(1)) { client in
            let states = await client.states()
            await states.up()
            client.submit(isPaused ? ["CLIENT", "PAUSE", 3000] : ["DEBUG", "SLEEP", "3"])
            #expect(await client.outcome(["INCR", "a"]) == .failure(.timedOut))
            await states.up(after: 2)
            #expect(client.isUp)
        }
    }

    @Test("A write refused for want of memory is an outage: three in a row and the client is down until there is room")
    func outOfMemory() async throws {
        try await withClient(server.url) { client in
            let states = await client.states()
            try await client.command(["SET", "big", .bytes([UInt8](repeating: 1, count: 1 << 20))])
            try await client.command(["CONFIG", "SET", "maxmemory", "1"])
            for _ in 0..<3 {
                guard case .failure(let error) = await client.outcome(["SET", "a", 1]) else {
                    Issue.record("there is no room")
                    return
                }
                #expect(error.isOutage)
            }
            guard case .refusing("OOM", _) = await states.down() else {
                Issue.record("\(states.all)")
                return
            }
            #expect(await states.down().description.contains("maxmemory"))
            let seen = states.all.count
            try await withClient("redis://127.0.0.1:\(client.settings.port)", timeout: .seconds(10)) {
                // A client that starts now finds out before its first command.
                guard case .failure(.unavailable(.refusing("OOM", _))) = await $0.outcome(["PING"]) else {
                    Issue.record("up without memory")
                    return
                }
            }
            ChildProcess("/usr/bin/redis-cli", ["-p", "\(client.settings.port)", "config", "set", "maxmemory", "0"])
                .wait()
            await states.up(after: seen)
            try await client.command(["SET", "a", 1])
        }
    }

    @Test("A server that has become a replica is left at once, and taken again as a master")
    func demoted() async throws {
        let other = RedisServer()
        try await withClient(server.url) { client in
            let states = await client.states()
            try await client.command(["REPLICAOF", "127.0.0.1", .integer(Int(other.port))])
            guard case .failure(let error) = await client.outcome(["SET", "a", 1]) else {
                Issue.record("a replica that takes writes")
                return
            }
            #expect(error.isOutage && !error.mayHaveRun)
            guard case .refusing("READONLY", _) = await states.down() else {
                Issue.record("\(states.all)")
                return
            }
            let seen = states.all.count
            ChildProcess("/usr/bin/redis-cli", ["-p", "\(client.settings.port)", "replicaof", "no", "one"]).wait()
            await states.up(after: seen)
            try await client.command(["SET", "a", 1])
        }
    }

    @Test("A connection that Redis closes is replaced at once")
    func closed() async throws {
        try await withClient(server.url) { client in
            let states = await client.states()
            try await client.command(["PING"])
            _ = await client.outcome(["CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "NO"])
            await states.up(after: 2)
            try await client.command(["PING"])
        }
    }
}

extension RedisSettings {
    /// The server's port, for tests.
    var port: UInt16 {
        guard case .server(let endpoint) = location else { return 0 }
        return endpoint.port
    }
}

extension ChildProcess {
    func wait() { _ = exitStatus() }
}
