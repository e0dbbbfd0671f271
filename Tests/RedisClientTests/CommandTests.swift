import EventLoop
import Testing

@testable import RedisClient

@Suite("Redis commands", .timeLimit(.minutes(5)))
struct CommandTests {
    private let server = RedisServer()

    @Test("Each kind of reply arrives as what it is")
    func kinds() async throws {
        try await withClient(server.url) { client in
            #expect(try await client.command(["SET", "key", "value"]) == .status("OK"))
            #expect(try await client.command(["GET", "key"]).asText == "value")
            #expect(try await client.command(["GET", "none"]).isNull)
            #expect(try await client.command(["INCRBY", "count", 41]) == .integer(41))
            #expect(try await client.command(["GET", "count"]).asInteger == 41)
            try await client.command(["HSET", "hash", "a", 1, "b", "two"])
            let fields = try #require(try await client.command(["HGETALL", "hash"]).asFields)
            #expect(fields["a"]?.asInteger == 1 && fields["b"]?.asText == "two")
            let nested = try await client.command(["EVAL", "return {1, {'a', {}}, false}", 0])
            #expect(nested == .array([.integer(1), .array([.bytes(Array("a".utf8)), .array([])]), .null]))
            #expect(try await client.command(["LRANGE", "none", 0, -1]) == .array([]))
        }
    }

    @Test("What Redis refuses is thrown with its code, is no outage, and harms no other command")
    func refusals() async throws {
        try await withClient(server.url) { client in
            _ = try await client.command(["SET", "text", "x"])
            for _ in 0..<10 {
                guard case .failure(let error) = await client.outcome(["INCR", "text"]) else {
                    Issue.record("INCR of a text")
                    return
                }
                #expect(!error.isOutage && !error.mayHaveRun)
                #expect(error == .refused(code: "ERR", message: "value is not an integer or out of range"))
            }
            guard case .failure(.refused(let code, _)) = await client.outcome(["LPUSH", "text", 1]) else {
                Issue.record("LPUSH to a text")
                return
            }
            #expect(code == "WRONGTYPE")
            #expect(client.isUp)
        }
    }

    @Test("Ten thousand commands at once are answered, each with its own reply and in order")
    func pipelining() async throws {
        try await withClient(server.url, timeout: .seconds(20)) { client in
            let outcomes = Journal<Int>()
            for number in 0..<10_000 {
                client.submit(["ECHO", .integer(number)]) { outcomes.add((try? $0.get().asInteger) ?? -1) }
            }
            await outcomes.first { $0 == 9999 }
            #expect(outcomes.all == Array(0..<10_000))
        }
    }

    @Test("Callers at once on many tasks each get their own reply")
    func concurrency() async throws {
        try await withClient(server.url, timeout: .seconds(20)) { client in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        var own = 0
                        for turn in 0..<4 {
                            let sent = number * 10 + turn
                            if try await client.command(["ECHO", .integer(sent)]).asInteger == sent { own += 1 }
                        }
                        return own
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 2000)
        }
    }

    @Test("Any bytes go there and back", arguments: [0, 1, 255, 65_535, 65_536, 65_537, 20 << 20])
    func values(size: Int) async throws {
        try await withClient(server.url, timeout: .seconds(20)) { client in
            let value = [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
                for index in 0..<size { bytes[index] = UInt8(truncatingIfNeeded: index &* 31 ^ index >> 8) }
                count = size
            }
            _ = try await client.command(["SET", .bytes([0, 13, 10, 255]), .bytes(value)])
            #expect(try await client.command(["GET", .bytes([0, 13, 10, 255])]).asBytes == value)
        }
    }

    @Test("A command of a thousand words is sent whole")
    func manyWords() async throws {
        try await withClient(server.url) { client in
            let pushed = try await client.command(["RPUSH", "list"] + (0..<1000).map { .integer($0) })
            #expect(pushed == .integer(1000))
            #expect(try await client.command(["LRANGE", "list", 0, -1]).asArray?.map(\.asInteger) == Array(0..<1000))
        }
    }

    @Test("The database of the URL is chosen")
    func database() async throws {
        try await withClient(server.url + "/3") { client in
            _ = try await client.command(["SET", "where", "three"])
            let list = try await client.command(["CLIENT", "INFO"]).asText
            #expect(list?.contains(" db=3 ") == true)
        }
        try await withClient(server.url) { client in
            let value = try await client.command(["GET", "where"])
            #expect(value.isNull)
        }
    }

    @Test("Words submitted from another thread arrive, and after close everything is refused")
    func otherThreadsAndTheEnd() async throws {
        let loop = try EventLoop.start(name: "redis")
        defer { loop.stop() }
        let client = RedisClient(loop: loop, settings: try RedisSettings(url: server.url))
        let outcomes = Journal<Result<RedisReply, RedisError>>()
        client.submit(["SET", "from", "outside"]) { outcomes.add($0) }
        #expect(await outcomes.first { _ in true } == .success(.status("OK")))
        await client.close()
        await client.close()
        #expect(await client.outcome(["PING"]) == .failure(.closed))
        #expect(!client.isUp)
    }

    @Test("Closing tells what is under way that it may have run")
    func closing() async throws {
        try await withClient(server.url) { client in
            _ = try await client.command(["PING"])
            let outcomes = Journal<Result<RedisReply, RedisError>>()
            client.submit(["INCR", "count"]) { outcomes.add($0) }
            await client.close()
            guard case .failure(let error) = await outcomes.first(where: { _ in true }) else {
                Issue.record("a reply without sending")
                return
            }
            #expect(error.mayHaveRun && error.isOutage)
        }
    }
}
