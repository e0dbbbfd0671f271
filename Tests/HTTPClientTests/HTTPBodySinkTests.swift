import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

@Suite("HTTPClient: bodies poured into a sink", .timeLimit(.minutes(1)), .overBothTransports)
struct HTTPBodySinkTests {
    /// Keeps what it is given and has enough whenever it holds `limit` bytes or more.
    ///
    /// `@unchecked Sendable`: only touched on the client's loop.
    private final class Cup: HTTPBodySink, @unchecked Sendable {
        var bytes: [UInt8] = []
        var total = 0
        let limit: Int

        init(limit: Int = .max) { self.limit = limit }

        func take(_ bytes: [UInt8]) -> Bool {
            self.bytes += bytes
            total += bytes.count
            return self.bytes.count < limit
        }

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    @Test("What comes before and after the wait began is all poured, and then the end is told, again and again")
    func pours() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
                connection.wait(milliseconds: 20)
                connection.send("3\r\ntwo\r\n")
                connection.wait(milliseconds: 20)
                connection.send("5\r\nthree\r\n0\r\n\r\n")
            }
        }
        try await withClient { client in
            for _ in 0..<2 {
                let response = try await client.send(.get(server.url))
                let cup = Cup()
                #expect(try await response.body.pour(into: cup))
                #expect(cup.text == "onetwothree")
                #expect(try await response.body.pour(into: cup))
                #expect(cup.text == "onetwothree")
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test("A sink that has enough is given no more, and nothing is lost; the upstream waits meanwhile")
    func hasEnough() async throws {
        let size = 8 << 20
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            for block in 0..<(size >> 16) {
                guard connection.send([UInt8](repeating: UInt8(block & 0x7F), count: 1 << 16)) else { return }
            }
        }
        try await withClient { client in
            let response = try await client.send(.get(server.url))
            let cup = Cup(limit: 100_000)
            var (pours, expected) = (1, 0)
            while try await !response.body.pour(into: cup) {
                pours += 1
                #expect(cup.bytes.count < 182_000)  // one piece more, of at most 80 KB
                for byte in cup.bytes {
                    let block = (expected >> 16) & 0x7F
                    guard Int(byte) == block else { throw Unexpected("another byte at \(expected)") }
                    expected += 1
                }
                cup.bytes = []
                try await client.loop.sleep(for: .milliseconds(1))
            }
            #expect(cup.total == size && pours > 10)
        }
    }

    @Test("What breaks a body is thrown after all that had come")
    func breaks() async throws {
        let server = HTTPClientLimitsTests.slow(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "abc", "def", closes: true)
        try await withClient { client in
            let response = try await client.send(.get(server.url))
            let cup = Cup()
            await #expect(throws: HTTPClientError.cut) { try await response.body.pour(into: cup) }
            #expect(cup.text == "abcdef")
        }
    }

    @Test("Cancelling the task that waits ends the transfer")
    func cancelled() async throws {
        let server = HTTPClientLimitsTests.slow("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        try await withClient { client in
            let response = try await client.send(.get(server.url))
            let cup = Cup()
            let pouring = Task(executorPreference: client.loop) { () async -> HTTPClientError? in
                do throws(HTTPClientError) {
                    _ = try await response.body.pour(into: cup)
                    return nil
                } catch { return error }
            }
            try await client.loop.sleep(for: .milliseconds(1))
            pouring.cancel()
            #expect(await pouring.value == .cancelled)
            #expect(await client.sizes.active == 0)
        }
    }
}
