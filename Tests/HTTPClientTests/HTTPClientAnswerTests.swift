import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

@Suite("HTTPClient: what upstreams send", .timeLimit(.minutes(5)), .overBothTransports)
struct HTTPClientAnswerTests {
    /// `hello hello hello hello` in gzip and in zlib's format (which HTTP calls deflate).
    static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40,
        0x27, 0x01, 0xe3, 0x51, 0x3d, 0x8d, 0x17, 0x00, 0x00, 0x00,
    ]
    static let deflate: [UInt8] = [
        0x78, 0xda, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01, 0x68, 0x03, 0x08, 0xb1,
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String
        var answer: String
        var ending: Ending
        /// Where libcurl's differs.
        var libcurl: Ending?
        var testDescription: String { rule }
    }

    /// The server closes after each answer.
    static let cases: [Case] = [
        Case(
            rule: "chunked",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
            ending: .answer(status: 200, body: "abc")),
        Case(
            rule: "trailers are no headers",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-T: 1\r\n\r\n",
            ending: .answer(status: 200, body: "ab")),
        Case(
            rule: "ended by the close", answer: "HTTP/1.1 200 OK\r\n\r\nabc", ending: .answer(status: 200, body: "abc")),
        Case(rule: "HTTP/1.0", answer: "HTTP/1.0 404 No\r\n\r\nabc", ending: .answer(status: 404, body: "abc")),
        Case(
            rule: "no reason phrase", answer: "HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n",
            ending: .answer(status: 500, body: "")),
        Case(rule: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n", ending: .answer(status: 204, body: "")),
        Case(
            rule: "a redirect is an answer",
            answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 1\r\n\r\nx",
            ending: .answer(status: 302, body: "x")),
        Case(
            rule: "401 is an answer",
            answer: "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 1\r\n\r\nx",
            ending: .answer(status: 401, body: "x")),
        Case(
            rule: "1xx heads pass by",
            answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", ending: .answer(status: 200, body: "x")),
        Case(rule: "nothing", answer: "", ending: .unanswered(.reset)),
        Case(rule: "half a status line", answer: "HTTP/1.1 20", ending: .unanswered(.reset)),
        Case(rule: "half a head", answer: "HTTP/1.1 200 OK\r\nX-A: b\r\n", ending: .unanswered(.reset)),
        Case(rule: "only 1xx", answer: "HTTP/1.1 100 Continue\r\n\r\n", ending: .unanswered(.reset)),
        Case(
            rule: "less than the length", answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
            ending: .broken(.cut, after: 3)),
        Case(
            rule: "no last chunk", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            ending: .broken(.cut, after: 2)),
        Case(
            rule: "half a chunk", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
            ending: .broken(.cut, after: 2)),
        Case(
            rule: "a chunk without size", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
            ending: .broken(.protocolViolation("chunk"), after: 0), libcurl: .broken(.cut, after: 0)),
        Case(
            rule: "garbage", answer: "SSH-2.0-OpenSSH_9\r\n",
            ending: .unanswered(.protocolViolation("not HTTP/1 or HTTP/2"))),
        Case(
            rule: "a header without name", answer: "HTTP/1.1 200 OK\r\n: b\r\nContent-Length: 0\r\n\r\n",
            ending: .unanswered(.protocolViolation("header line"))),
        Case(
            rule: "a header name with a space", answer: "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n",
            ending: .unanswered(.protocolViolation("header name"))),
        Case(
            rule: "a bare CR in a header", answer: "HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n",
            ending: .unanswered(.protocolViolation("header value"))),
    ]

    @Test("An answer ends as its bytes say", arguments: cases)
    func endings(expected: Case) async throws {
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(expected.answer)
        }
        try await withClient { client in
            let ending = OverBothTransports.isLibcurl ? expected.libcurl ?? expected.ending : expected.ending
            #expect(await client.ending(.post(server.url, "x")) == ending)
            #expect(await client.sizes.active == 0)
        }
    }

    @Test("Every way to cut an answer is the same as not cutting it", arguments: [1, 2, 7])
    func split(size: Int) async throws {
        let answer = Array(
            ("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nX-Y: z\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n").utf8)
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                for start in stride(from: 0, to: answer.count, by: size) {
                    connection.send(Array(answer[start..<min(start + size, answer.count)]))
                    connection.wait(milliseconds: 1)
                }
            }
        }
        try await withClient { client in
            for _ in 0..<2 { #expect(await client.ending(.get(server.url)) == .answer(status: 200, body: "abcdefg")) }
        }
        #expect(server.connectionCount == 1)
    }

    @Test("A reset is a reset before the head and a cut after it")
    func resets() async throws {
        let before = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.reset()
        }
        let within = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.wait(milliseconds: 50)
            connection.reset()
        }
        try await withClient { client in
            #expect(await client.ending(.post(before.url, "x")) == .unanswered(.reset))
            #expect(await client.ending(.post(within.url, "x")) == .broken(.cut, after: 3))
        }
    }

    @Test("Compressed bodies are decompressed, and the head no longer speaks of it")
    func compressed() async throws {
        for (name, bytes) in [("gzip", Self.gzip), ("deflate", Self.deflate)] {
            let server = ScriptedServer { connection in
                while connection.readRequest() != nil {
                    connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\nContent-Length: \(bytes.count)\r\n\r\n")
                    connection.send(bytes)
                }
            }
            try await withClient { client in
                for _ in 0..<2 {
                    let response = try await client.send(.get(server.url))
                    #expect(!response.headers.contains("content-encoding"))
                    #expect(!response.headers.contains("content-length"))
                    #expect(try await response.body.collect(upTo: 23) == Array("hello hello hello hello".utf8))
                }
            }
        }
    }

    @Test("A body that is not what its encoding says is broken HTTP")
    func notCompressed() async throws {
        let server = ScriptedServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\nnot gzip, no")
        try await withClient { client in
            guard case .broken(.protocolViolation, after: 0) = await client.ending(.get(server.url)) else {
                throw Unexpected("not refused")
            }
        }
    }

    @Test("A body without a length that is compressed and cut is a cut")
    func cutCompressed() async throws {
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n")
            connection.send(Array(Self.gzip.prefix(12)))
        }
        try await withClient { client in
            guard case .broken(.cut, _) = await client.ending(.get(server.url)) else {
                throw Unexpected("not a cut")
            }
        }
    }

    @Test("A HEAD answer keeps the head that a GET would have")
    func head() async throws {
        let server = ScriptedServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 123\r\n\r\n")
        try await withClient { client in
            for _ in 0..<2 {
                let response = try await client.send(HTTPClientRequest(method: .head, url: server.url))
                #expect(response.headers["content-length"] == "123")
                #expect(response.headers["content-encoding"] == "gzip")
                #expect(try await response.body.next() == nil)
            }
        }
        #expect(server.connectionCount == 1)
    }

    @Test("A flood of headers is refused", arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n"])
    func flood(start: String) async throws {
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(start)
            let line = start.hasSuffix("\r\n\r\n") ? start : "X-Flood: \(String(repeating: "a", count: 1000))\r\n"
            while connection.send(line) {}
        }
        try await withClient { client in
            guard case .unanswered(let error) = await client.ending(.get(server.url)) else {
                throw Unexpected("answered")
            }
            guard case .protocolViolation = error else { throw Unexpected("\(error)") }
        }
    }

    @Test("A body over the limit is refused, whether its length is told or not")
    func tooLarge() async throws {
        let told = ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef")
        let untold = ScriptedServer.answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n")
        try await withClient { client in
            for server in [told, untold] {
                let response = try await client.send(.get(server.url))
                await #expect(throws: HTTPClientError.bodyTooLarge) { try await response.body.collect(upTo: 5) }
                let again = try await client.send(.get(server.url))
                #expect(try await again.body.collect(upTo: 6).count == 6)
            }
        }
    }
}
