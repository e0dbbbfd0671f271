import EventLoop
import HTTPServer
import HTTPTypes
import Testing

extension LiveTests {
    @Suite("The end of a server")
    struct DrainTests {
        private static let host = "Host: test\r\n"

        @Test("Draining closes idle connections, lets answers end, and accepts no more")
        func drains() async throws {
            try await withServer { port, handler, server in
                let (idle, busy) = (try Client(port: port), try Client(port: port))
                idle.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try idle.answer().body == "unread")
                busy.send("GET /slow HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try await handler.sees("slow"))
                let drained = Task { await server.drain() }
                #expect(idle.isClosed())
                let answer = try busy.answer()
                #expect(answer.body == "slow" && answer.has("connection: close") && busy.isClosed())
                await drained.value
                #expect(await server.openConnections == 0)
                #expect(!Client.isListening(port))
            }
        }

        @Test("Draining loses no request that was sent: on a new connection, and on a kept one")
        func drainTakesWhatWasSent() async throws {
            try await withServer { port, _, server in
                let (kept, new) = (try Client(port: port), try Client(port: port))
                kept.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try kept.answer().body == "unread")
                let drained = Task { await server.drain() }
                while await !server.isDraining { await Task.yield() }
                kept.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                let last = try kept.answer()
                #expect(last.body == "unread" && last.has("connection: close") && kept.isClosed())
                try await Task.sleep(for: .milliseconds(200))
                new.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try new.answer().body == "unread")
                await drained.value
                #expect(!Client.isListening(port))
            }
        }

        @Test("Until the delay is over a draining server takes connections, and each answer ends its own")
        func drainDelay() async throws {
            try await withServer { port, _, server in
                let drained = Task { await server.drain(after: .seconds(60)) }
                while await !server.isDraining { await Task.yield() }
                for _ in 0..<3 {
                    let client = try Client(port: port)
                    client.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                    let answer = try client.answer()
                    #expect(answer.body == "unread" && answer.has("connection: close") && client.isClosed())
                }
                await server.close()
                await drained.value
                #expect(!Client.isListening(port))
            }
        }

        @Test("A connection that was promised to be kept takes one more request while the server drains")
        func drainKeepsPromises() async throws {
            try await withServer { port, handler, server in
                let client = try Client(port: port)
                client.send("GET /stream-slow HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try await handler.sees("streaming"))
                let drained = Task { await server.drain(after: .milliseconds(500)) }
                while await !server.isDraining { await Task.yield() }
                let first = try client.answer()
                #expect(first.isWhole && !first.has("connection: close"))
                client.send("GET /unread HTTP/1.1\r\n\(Self.host)\r\n")
                let last = try client.answer()
                #expect(last.body == "unread" && last.has("connection: close") && client.isClosed())
                await drained.value
            }
        }

        @Test("A kept connection that is not used any more ends with the delay")
        func drainEndsIdle() async throws {
            try await withServer { port, handler, server in
                let client = try Client(port: port)
                client.send("GET /stream-slow HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try await handler.sees("streaming"))
                let drained = Task { await server.drain(after: .milliseconds(100)) }
                #expect(try client.answer().isWhole)
                #expect(client.isClosed())
                await drained.value
            }
        }

        @Test("Closing ends a drain, and cancels what still runs")
        func closes() async throws {
            try await withServer { port, handler, server in
                let client = try Client(port: port)
                client.send("GET /hang HTTP/1.1\r\n\(Self.host)\r\n")
                #expect(try await handler.sees("hanging"))
                let drained = Task { await server.drain() }
                try await Task.sleep(for: .milliseconds(50))
                await server.close()
                await drained.value
                #expect(try await handler.sees("hang: cancelled"))
                #expect(client.isClosed())
            }
        }
    }
}
