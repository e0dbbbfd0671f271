import EventLoop
import HTTPServer
import HTTPTypes
import Testing

extension LiveTests {
    @Suite("Answers over real sockets")
    struct AnswerTests {
        private static let host = "Host: test\r\n"

        @Test("A connection serves one request after another")
        func keepAlive() async throws {
            try await withServer { port, _, server in
                let client = try Client(port: port)
                for number in 0..<5 {
                    client.send("POST /echo HTTP/1.1\r\n\(Self.host)Content-Length: 5\r\n\r\nbody\(number)")
                    let answer = try client.answer()
                    #expect(answer.status == 200 && answer.body == "body\(number)")
                    #expect(answer.has("content-length: 5") && answer.has("content-type: text/plain"))
                    #expect(answer.head.contains("\r\ndate: ") && !answer.head.contains("connection:"))
                }
                #expect(await server.openConnections == 1)
            }
        }

        @Test("The handler sees the request as it was sent")
        func request() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send("GET http://x/about?a=%20b HTTP/1.1\r\n\(Self.host)X-Test: v w\r\n\r\n")
                #expect(try client.answer().body == "GET http://x/about?a=%20b /about a=%20b 1 127.0.0.1 v w")
            }
        }

        @Test("Pipelined requests are answered in order", arguments: [1, 7, 64, 10_000])
        func pipelining(piece: Int) async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                var bytes: [UInt8] = []
                for number in 0..<40 {
                    let path = number % 10 == 0 ? "/slow" : "/echo"
                    bytes += Array("POST \(path) HTTP/1.1\r\n\(Self.host)Content-Length: 2\r\n\r\n\(10 + number)".utf8)
                }
                for start in stride(from: 0, to: bytes.count, by: piece) {
                    client.send(Array(bytes[start..<min(start + piece, bytes.count)]))
                }
                for number in 0..<40 {
                    #expect(try client.answer().body == (number % 10 == 0 ? "slow" : "\(10 + number)"))
                }
            }
        }

        @Test("More pipelined requests than are read ahead are all answered")
        func longPipeline() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                let request =
                    "POST /echo HTTP/1.1\r\n\(Self.host)X: \(String(repeating: "y", count: 900))\r\nContent-Length: 1\r\n\r\nz"
                client.send("POST /slow HTTP/1.1\r\n\(Self.host)\r\n" + String(repeating: request, count: 300))
                #expect(try client.answer().body == "slow")
                for _ in 0..<300 { #expect(try client.answer().body == "z") }
            }
        }

        @Test("HEAD gets the head alone, and the connection goes on")
        func head() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send("HEAD /unread HTTP/1.1\r\n\(Self.host)\r\nHEAD /stream HTTP/1.1\r\n\(Self.host)\r\n")
                client.send("GET /nothing HTTP/1.1\r\n\(Self.host)\r\nGET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try client.answer(toHead: true).has("content-length: 6"))
                #expect(try client.answer(toHead: true).has("transfer-encoding: chunked"))
                let nothing = try client.answer()
                #expect(nothing.status == 204 && !nothing.head.contains("content-length"))
                #expect(try client.answer().body == "unread")
            }
        }

        @Test("HTTP/1.0 gets its answer and the end, unless it asks to keep the connection")
        func oldVersion() async throws {
            try await withServer { port, _, _ in
                let once = try Client(port: port)
                once.send("GET /unread HTTP/1.0\r\n\r\n")
                let answer = try once.answer()
                #expect(answer.has("connection: close") && answer.body == "unread" && once.isClosed())
                let streamed = try Client(port: port)
                streamed.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let stream = try streamed.answer()
                #expect(!stream.head.contains("transfer-encoding") && stream.has("connection: close"))
                #expect(stream.body == "piece 0\npiece 1\npiece 2\n" && streamed.isClosed())
                let kept = try Client(port: port)
                for _ in 0..<2 {
                    kept.send("GET /unread HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    #expect(try kept.answer().has("connection: keep-alive"))
                }
            }
        }

        @Test("Connection: close from either side ends the connection")
        func closes() async throws {
            try await withServer { port, _, _ in
                let asked = try Client(port: port)
                asked.send("GET /unread HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
                #expect(try asked.answer().has("connection: close") && asked.isClosed())
                let told = try Client(port: port)
                told.send("GET /close HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try told.answer().has("connection: close") && told.isClosed())
            }
        }

        @Test("The framing of an answer is the server's, whatever the handler says")
        func framing() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send("GET /framed HTTP/1.1\r\n\(Self.host)\r\n")
                let answer = try client.answer()
                #expect(answer.has("content-length: 1") && answer.has("x: y") && answer.body == "a")
                #expect(!answer.head.contains("999") && !answer.head.contains("gzip"))
            }
        }

        @Test("A stream that is silent is filled, from its first piece to its end and not beyond")
        func silence() async throws {
            let options = HTTPServerOptions.with { $0.headerTimeout = .milliseconds(300) }
            try await withServer(options) { port, _, _ in
                let client = try Client(port: port)
                client.send("GET /quiet HTTP/1.1\r\n\(Self.host)\r\n")
                let body = try client.answer().body
                #expect(body.hasPrefix("one~") && body.contains("~two~"))
                #expect(body.filter { $0 != "~" } == "onetwo")
                client.send("GET /slow HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try client.answer().body == "slow")
            }
        }

        @Test("A stream arrives in chunks, and the connection goes on")
        func streams() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                for _ in 0..<3 {
                    client.send("GET /stream HTTP/1.1\r\n\(Self.host)\r\n")
                    let answer = try client.answer()
                    #expect(answer.has("transfer-encoding: chunked") && answer.isWhole)
                    #expect(answer.body == "piece 0\npiece 1\npiece 2\n")
                }
            }
        }

        @Test(
            "A stream that is aborted or dropped shows as broken", arguments: [("/abort", "oneoops"), ("/drop", "one")])
        func aborts(path: String, body: String) async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send("GET \(path) HTTP/1.1\r\n\(Self.host)\r\n")
                let answer = try client.answer()
                #expect(answer.body == body && !answer.isWhole)
                let old = try Client(port: port)
                old.send("GET \(path) HTTP/1.0\r\n\r\n")
                if path == "/abort" { #expect(try old.answer().body == body) }
            }
        }

        @Test("A handler that does not answer gives 500, one whose body failed that failure's status")
        func unanswered() async throws {
            try await withServer(.with { $0.maxBodyBytes = 100 }) { port, _, _ in
                let client = try Client(port: port)
                client.send("GET /silent HTTP/1.1\r\n\(Self.host)\r\n")
                let answer = try client.answer()
                #expect(answer.status == 500 && answer.has("connection: close") && client.isClosed())
                let chunked = "POST /silent-body HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n"
                for (rest, status) in [("65\r\n", 413), ("x", 400)] {
                    let client = try Client(port: port)
                    client.send(chunked)
                    try await Task.sleep(for: .milliseconds(50))
                    client.send(rest)
                    #expect(try client.answer().status == status)
                    #expect(client.isClosed())
                }
            }
        }

        @Test("Work after the answer delays no request and is not cancelled when the client leaves")
        func afterwards() async throws {
            try await withServer { port, handler, _ in
                let client = try Client(port: port)
                client.send("GET /after HTTP/1.1\r\n\(Self.host)\r\nGET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try client.answer().status == 200)
                #expect(try client.answer().body == "unread")
                #expect(handler.seen.withLock { $0 } == [])
                client.leave()
                #expect(try await handler.sees("after: done"))
                #expect(handler.seen.withLock { $0 } == ["after: done"])
            }
        }

        @Test(
            "Refusals name the fault, close, and can be read even by a client that still sends",
            arguments: [
                ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505), ("nonsense\r\n", 400),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+4\r\n", 400),
                ("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n", 414),
                ("GET / HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 300))", 431),
            ])
        func refusals(request: String, status: Int) async throws {
            try await withServer(
                .with { $0.framingErrorBody = { (["content-type": "text/x"], Array("\($0): \($1)\($2)".utf8)) } }
            ) {
                port, handler, _ in
                let client = try Client(port: port)
                client.send(request)
                client.send([UInt8](repeating: 0x61, count: 500_000))
                let answer = try client.answer()
                #expect(
                    answer.status == status && answer.has("connection: close") && answer.has("content-type: text/x"))
                #expect(answer.body.hasPrefix("\(status): "))
                #expect(answer.body.hasSuffix("/echo") || status != 413, "the path is known by then")
                #expect(client.isClosed())
            }
        }
    }
}
