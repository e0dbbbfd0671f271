import Testing

@testable import RedisClient

/// Replies from what is no Redis, or one gone mad.
@Suite("Garbage for replies", .timeLimit(.minutes(5)))
struct GarbageTests {
    private func outage(_ answer: [UInt8]) async throws -> RedisOutage? {
        let server = ScriptedRedis { _, _, _ in answer }
        return try await withClient(server.url, timeout: .seconds(5)) { client in
            guard case .failure(.unavailable(let outage)) = await client.outcome(["PING"]) else { return nil }
            return outage
        }
    }

    @Test(
        "What is no Redis is said to be none",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "$99999999999999999999\r\n", "$-7\r\n",
            "*-9\r\n", ":12x\r\n", "\u{0}\u{0}\u{0}\r\n",
        ])
    func strangers(answer: String) async throws {
        let outage = try #require(try await outage(Array(answer.utf8)))
        guard case .notRedis = outage else {
            Issue.record("\(outage)")
            return
        }
        #expect(outage.description.contains("SWITCHYARD_REDIS_URL"))
    }

    @Test("A reply to nothing ends the connection: later ones would go to the wrong commands")
    func unasked() async throws {
        let server = ScriptedRedis { connection, _, _ in Array((connection == 0 ? "+OK\r\n+AGAIN\r\n" : "+OK\r\n").utf8)
        }
        try await withClient(server.url) { client in
            let states = await client.states()
            guard case .notRedis = await states.down() else {
                Issue.record("\(states.all)")
                return
            }
            await states.up(after: 2)
        }
    }

    @Test("A server that loads its data is waited for, and the client comes back by itself")
    func loading() async throws {
        let server = ScriptedRedis { connection, _, _ in
            Array((connection < 3 ? "-LOADING Redis is loading the dataset in memory\r\n" : ":0\r\n").utf8)
        }
        try await withClient(server.url) { client in
            let states = await client.states()
            let outage = await states.down()
            #expect(outage == .refusing(code: "LOADING", message: "Redis is loading the dataset in memory"))
            await states.up()
        }
    }

    @Test("Whole replies are read the same in whatever pieces they come", arguments: 1...40)
    func pieces(size: Int) throws {
        let wire = "+OK\r\n:-42\r\n$-1\r\n*-1\r\n$0\r\n\r\n*3\r\n$1\r\na\r\n*0\r\n-ERR no\r\n$5\r\n\r\n\r\n!\r\n"
        let expected: [RedisReply] = [
            .status("OK"), .integer(-42), .null, .null, .bytes([]),
            .array([.bytes([0x61]), .array([]), .refused(code: "ERR", message: "no")]), .bytes(Array("\r\n\r\n!".utf8)),
        ]
        let reader = ReplyReader()
        var replies: [RedisReply] = []
        let bytes = Array(wire.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]).span.bytes)
            while let reply = try reader.next() { replies.append(reply) }
        }
        #expect(replies == expected)
    }

    @Test("Random bytes and damaged replies end in replies or a fault, never in a crash", arguments: 0..<8)
    func fuzz(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let alphabet = Array("+-:$*\r\n0123456789 abc\u{0}".utf8)
        let sound = Array("*3\r\n$3\r\nabc\r\n:12\r\n*2\r\n+OK\r\n$-1\r\n-ERR x\r\n".utf8)
        for round in 0..<3000 {
            var bytes = sound
            if round % 2 == 0 {
                bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in alphabet.randomElement(using: &random)!
                }
            } else {
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let reader = ReplyReader()
            do throws(RedisOutage) {
                try reader.feed(bytes.span.bytes)
                var replies = 0
                while try reader.next() != nil { replies += 1 }
                #expect(replies <= bytes.count)
            } catch {
                guard case .notRedis = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
