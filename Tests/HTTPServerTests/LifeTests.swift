import EventLoop
import HTTPServer
import HTTPTypes
import Testing

extension LiveTests {
    @Suite("The life of connections")
    struct LifeTests {
        private static let host = "Host: test\r\n"

        @Test(
            "A client that leaves cancels its handler at once, in every phase",
            arguments: [
                ("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n", "hanging", "hang: cancelled"),
                ("GET /hang-streaming HTTP/1.1\r\nHost: a\r\n\r\n", "", "stream: cancelled"),
                ("GET /hang-streaming HTTP/1.1\r\nHost: a\r\n\r\n", "", "stream: gone"),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", "", "echo: clientGone"),
                ("POST /pieces HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", "asking", "pieces: clientGone"),
                ("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n", "", "endless: gone, cancelled"),
            ], [false, true])
        func leaving(phase: (request: String, before: String, after: String), reset: Bool) async throws {
            try await withServer { port, handler, server in
                let client = try Client(port: port)
                client.send(phase.request)
                if !phase.before.isEmpty { #expect(try await handler.sees(phase.before)) }
                try await Task.sleep(for: .milliseconds(50))
                client.leave(reset: reset)
                #expect(try await handler.sees(phase.after))
                #expect(await server.openConnections == 0)
            }
        }

        @Test("A client that leaves is noticed while nothing more is read of it", arguments: [false, true])
        func leavingUnread(reset: Bool) async throws {
            try await withServer { port, handler, _ in
                let client = try Client(port: port)
                client.send("POST /hang HTTP/1.1\r\n\(Self.host)Content-Length: 60000000\r\n\r\n")
                client.send([UInt8](repeating: 0x61, count: 110_000))  // more than is read ahead
                #expect(try await handler.sees("hanging"))
                try await Task.sleep(for: .milliseconds(50))
                client.leave(reset: reset)
                #expect(try await handler.sees("hang: cancelled"))
            }
        }

        @Test("A client that has said all it wants to say still gets an answer that is ready")
        func halfClose() async throws {
            try await withServer { port, _, _ in
                let client = try Client(port: port)
                client.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                client.stopSending()
                #expect(try client.answer().body == "unread")
                #expect(client.isClosed())
            }
        }

        @Test("A stream stops while its reader does, and goes on with it")
        func backPressure() async throws {
            try await withServer { port, handler, _ in
                let client = try Client(port: port, receiveBuffer: 16_384)
                client.send("GET /endless HTTP/1.1\r\n\(Self.host)\r\n")
                try await Task.sleep(for: .milliseconds(300))
                let before = handler.counted.withLock { $0 }
                try await Task.sleep(for: .milliseconds(200))
                #expect(handler.counted.withLock { $0 } == before)  // only the system's buffers were filled
                #expect(before < 8_000_000)
                for _ in 0..<100 { client.receive() }
                try await Task.sleep(for: .milliseconds(100))
                #expect(handler.counted.withLock { $0 } > before)
            }
        }

        @Test("A client that reads nothing is cut")
        func unread() async throws {
            try await withServer(.with { $0.writeIdleTimeout = .milliseconds(200) }) { port, handler, server in
                let client = try Client(port: port, receiveBuffer: 16_384)
                client.send("GET /endless HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try await handler.sees("endless: gone, cancelled"))
                #expect(await server.openConnections == 0)
            }
        }

        @Test("A head that does not end in time gets 408", arguments: ["G", "GET / HTTP/1.1\r\nHost: te"])
        func slowHead(start: String) async throws {
            try await withServer(.with { $0.headerTimeout = .milliseconds(200) }) { port, _, _ in
                let client = try Client(port: port)
                client.send(start)
                let answer = try client.answer()
                #expect(answer.status == 408 && answer.has("connection: close") && client.isClosed())
            }
        }

        @Test("A head that drips is cut all the same")
        func drippingHead() async throws {
            try await withServer(.with { $0.headerTimeout = .milliseconds(300) }) { port, _, server in
                let client = try Client(port: port)
                for byte in "GET /".utf8 {
                    client.send([byte])
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(try client.answer().status == 408)
            }
        }

        @Test(
            "A body that stops coming fails while it is asked for", arguments: [("/echo", 400), ("/silent-body", 408)])
        func slowBody(path: String, status: Int) async throws {
            try await withServer(.with { $0.bodyIdleTimeout = .milliseconds(200) }) { port, handler, _ in
                let client = try Client(port: port)
                client.send("POST \(path) HTTP/1.1\r\n\(Self.host)Content-Length: 9\r\n\r\nx")
                let answer = try client.answer()
                #expect(answer.status == status && answer.has("connection: close") && client.isClosed())
                #expect(path != "/echo" || answer.body == "timedOut")
            }
        }

        @Test("A body that waits for a slow handler does not time out")
        func slowHandler() async throws {
            try await withServer(.with { $0.bodyIdleTimeout = .milliseconds(200) }) { port, handler, _ in
                let client = try Client(port: port)
                client.send("POST /pieces?slow HTTP/1.1\r\n\(Self.host)Content-Length: 2\r\n\r\nx")
                #expect(try await handler.sees("asking again"))
                client.send("y")
                #expect(try client.answer().body == "2")
            }
        }

        @Test("An idle connection is closed without a word, a new one too")
        func idle() async throws {
            try await withServer(
                .with {
                    $0.keepAliveTimeout = .milliseconds(200)
                    $0.headerTimeout = .milliseconds(200)
                }
            ) { port, _, server in
                let (silent, client) = (try Client(port: port), try Client(port: port))
                client.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try client.answer().body == "unread")
                #expect(client.isClosed() && silent.isClosed())
                #expect(await server.openConnections == 0)
            }
        }

        @Test("Beyond the most connections allowed, new ones wait until one ends")
        func full() async throws {
            try await withServer(.with { $0.maxConnections = 2 }) { port, _, server in
                let clients = try (0..<4).map { _ in try Client(port: port) }
                for client in clients { client.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n") }
                #expect(try clients[0].answer().body == "unread")
                #expect(try clients[1].answer().body == "unread")
                try await Task.sleep(for: .milliseconds(100))
                #expect(await server.openConnections == 2)
                clients[0].leave()
                clients[1].leave()
                #expect(try clients[2].answer().body == "unread")
                #expect(try clients[3].answer().body == "unread")
            }
        }

        @Test("Other limits count for what comes after them, and what waits already is not cut short")
        func otherLimits() async throws {
            try await withServer(.with { $0.maxConnections = 1 }) { port, _, server in
                let clients = try (0..<3).map { _ in try Client(port: port) }
                clients[0].send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try clients[0].answer().body == "unread")
                await server.apply(
                    .with {
                        $0.headerTimeout = .milliseconds(80)
                        $0.keepAliveTimeout = .milliseconds(80)
                    })
                #expect(clients[1].isClosed() && clients[2].isClosed(), "they begin under the new limits")
                clients[0].send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try clients[0].answer().body == "unread", "it was idle under the old ones")
                #expect(clients[0].isClosed())
                await server.apply(.with { $0.maxHeaderBytes = 4096 })
                let last = try Client(port: port)
                last.send("GET /unread HTTP/1.1\r\n\(Self.host)X: \(String(repeating: "x", count: 5000))\r\n\r\n")
                #expect(try last.answer().head.contains("431"))
            }
        }

        @Test("Addresses that cannot be had are told apart")
        func addresses() async throws {
            try await withServer { _, _, server in
                await #expect(throws: HTTPServerError.badAddress) {
                    try await server.listen(host: "localhost", port: 0)
                }
                await #expect(throws: HTTPServerError.addressNotAvailable) {
                    try await server.listen(host: "192.0.2.1", port: 0)
                }
                let port = try await server.listen(host: "::1", port: 0)
                let client = try Client(port: port, host: "::1")
                client.send("GET /about HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try client.answer().body == "GET /about /about - 1 ::1 -")
            }
        }

        @Test("Several loops share one address")
        func sharing() async throws {
            try await withServer { port, _, _ in
                try await withServer { _, _, second in
                    #expect(try await second.listen(host: "127.0.0.1", port: port) == port)
                    for _ in 0..<20 {
                        let client = try Client(port: port)
                        client.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                        #expect(try client.answer().body == "unread")
                    }
                }
            }
        }
    }
}
