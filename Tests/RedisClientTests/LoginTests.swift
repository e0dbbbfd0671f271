import Testing

@testable import RedisClient

@Suite("Redis logins", .timeLimit(.minutes(5)))
struct LoginTests {
    private let server = RedisServer([
        "requirepass s3cret", "user worker on >w0rk ~sy:* &sy:* +@all", "user reader on >r3ad ~* +@read",
    ])

    /// Why the first connection fails; `nil` when it does not.
    private func outage(_ login: String, path: String = "") async throws -> RedisOutage? {
        try await withClient("redis://\(login)127.0.0.1:\(server.port)\(path)") { client in
            switch await client.outcome(["GET", "sy:x"]) {
            case .failure(.unavailable(let outage)): outage
            case .failure(let error): throw error
            case .success: nil
            }
        }
    }

    @Test(
        "The right password, with or without a user, lets in",
        arguments: [":s3cret@", "default:s3cret@", "worker:w0rk@"])
    func right(login: String) async throws {
        #expect(try await outage(login) == nil)
    }

    @Test("A wrong or missing password says so, what to do, and not the password")
    func wrong() async throws {
        let endpoint = RedisEndpoint(host: "127.0.0.1", port: server.port)
        #expect(try await outage("") == .passwordMissing(endpoint))
        for login in [":wr0ng@", "worker:wr0ng@", "nobody:wr0ng@"] {
            let outage = try #require(try await outage(login))
            #expect(outage == .wrongPassword(endpoint))
            #expect(outage.description.contains("SWITCHYARD_REDIS_URL") && !outage.description.contains("wr0ng"))
        }
    }

    @Test("A user without the right to write, and a database that is not there, are told before the first request")
    func rights() async throws {
        guard case .refusing("NOPERM", _) = try await outage("reader:r3ad@") else {
            Issue.record("NOPERM")
            return
        }
        let endpoint = RedisEndpoint(host: "127.0.0.1", port: server.port)
        #expect(try await outage(":s3cret@", path: "/99") == .noSuchDatabase(endpoint, 99))
    }

    @Test("A host that does not exist is named")
    func unknownHost() async throws {
        try await withClient("redis://redis.invalid:6379", timeout: .seconds(20)) { client in
            guard case .failure(.unavailable(.unknownHost("redis.invalid", _))) = await client.outcome(["PING"]) else {
                Issue.record("an address for redis.invalid")
                return
            }
        }
    }

    @Test("A host given by name is looked up")
    func name() async throws {
        try await withClient("redis://:s3cret@localhost:\(server.port)", timeout: .seconds(20)) { client in
            try await client.command(["PING"])
        }
    }
}
