import Testing

@testable import RedisClient

@Suite("Redis scripts", .timeLimit(.minutes(5)))
struct ScriptTests {
    private static let add = RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    private let server = RedisServer()

    @Test("A script's name is the SHA-1 of its source")
    func name() {
        #expect(RedisScript("return 1").digest == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
    }

    @Test("A script that Redis has never seen, or has forgotten, runs all the same, and once")
    func unknown() async throws {
        try await withClient(server.url) { client in
            #expect(try await client.run(Self.add, keys: ["sum"], arguments: [1]) == .integer(1))
            #expect(try await client.run(Self.add, keys: ["sum"], arguments: [1]) == .integer(2))
            _ = try await client.command(["SCRIPT", "FLUSH"])
            #expect(try await client.run(Self.add, keys: ["sum"], arguments: [1]) == .integer(3))
        }
    }

    @Test("A hundred calls in one turn, before Redis knows the script, run a hundred times")
    func manyUnknown() async throws {
        try await withClient(server.url) { client in
            let outcomes = Journal<Int?>()
            for _ in 0..<100 {
                client.submit(Self.add, keys: ["sum"], arguments: [1]) { outcomes.add(try? $0.get().asInteger) }
            }
            await outcomes.first { $0 == 100 }
            #expect(Set(outcomes.all) == Set((1...100).map(Optional.some)))
            let statistics = try await client.command(["INFO", "commandstats"]).asText ?? ""
            #expect(statistics.contains("cmdstat_eval:calls=100"))
        }
    }

    @Test("A script's own error is a refusal, and one of the server inside it an outage")
    func errors() async throws {
        try await withClient(server.url) { client in
            let own = await client.outcome(["EVAL", "return redis.error_reply('NEEDSEED lost')", 0])
            #expect(own == .failure(.refused(code: "NEEDSEED", message: "lost")))
            guard case .failure(let error) = await client.outcome(["EVAL", "error('x')", 0]) else {
                Issue.record("an error")
                return
            }
            #expect(!error.isOutage)
        }
    }

    @Test(
        "The code of an error inside a script is found in every version's way to tell it",
        arguments: [
            ("OOM command not allowed. script: f00, on @user_script:1.", "OOM"),
            (
                "ERR Error running script (call to f_00): @user_script:1: @user_script: 1: -OOM command not allowed",
                "OOM"
            ),
            ("ERR Error running script (call to f_00): @user_script:5: -READONLY You can't write", "READONLY"),
            ("ERR Error running script (call to f_00): @user_script:5: user_script:5: bad argument", "ERR"),
            ("WRONGTYPE Operation", "WRONGTYPE"), ("ALONE", "ALONE"), ("", ""),
        ])
    func codes(text: String, code: String) {
        #expect(RedisError.parts(of: text).code == code)
    }
}
