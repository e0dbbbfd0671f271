import Glibc
import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

@Suite("DirectTransport: connections and addresses", .timeLimit(.minutes(5)))
struct DirectTransportTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Answers each request with the number of its connection.
    private static func numbering() -> ScriptedServer {
        let next = Locked(0)
        return ScriptedServer { connection in
            let number = next.withLock {
                $0 += 1
                return $0
            }
            while let request = connection.readRequest() {
                if request.line.contains("/slow") { connection.wait(milliseconds: 100) }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
            }
        }
    }

    /// Waits until the client has as many sockets.
    private static func settle(_ client: HTTPClient, atSockets count: Int) async throws {
        while await client.sizes.sockets != count { try await client.loop.sleep(for: .milliseconds(2)) }
    }

    @Test("Of several kept connections the one used last is used next, so that the others age")
    func lastInFirstOut() async throws {
        let server = Self.numbering()
        try await withClient { client in
            let slow = HTTPClientRequest.get(server.url + "/slow")
            async let first = client.ending(slow)
            while server.connectionCount < 1 { try await client.loop.sleep(for: .milliseconds(2)) }
            try await client.loop.sleep(for: .milliseconds(30))
            let second = await client.ending(slow)
            #expect(await first != second)
            for _ in 0..<5 { #expect(await client.ending(.get(server.url)) == second) }
            #expect(await client.sizes.sockets == 2)
        }
    }

    @Test("A connection that nobody uses is closed in time, as is what exceeds the number kept")
    func expiry() async throws {
        let server = Self.numbering()
        try await withClient(HTTPClientOptions(idleConnectionLifetime: .milliseconds(50))) { client in
            #expect(await client.ending(.get(server.url)) == .answer(status: 200, body: "1"))
            try await Self.settle(client, atSockets: 0)
            #expect(await client.ending(.get(server.url)) == .answer(status: 200, body: "2"))
        }
        for most in [0, 1, 3] {
            let asked = Locked(0)
            let together = ScriptedServer { connection in
                while connection.readRequest() != nil {
                    asked.withLock { $0 += 1 }
                    while asked.withLock({ $0 }) < 5 { connection.wait(milliseconds: 2) }
                    connection.send(Self.ok)
                }
            }
            try await withClient(HTTPClientOptions(maxIdleConnections: most)) { client in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<5 { group.addTask { _ = await client.ending(.get(together.url)) } }
                }
                #expect(await client.sizes.sockets == most)
            }
        }
    }

    @Test("A kept connection that the upstream closes is gone before anybody asks for it")
    func closedWhileKept() async throws {
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(Self.ok)
        }
        try await withClient { client in
            for _ in 0..<3 {
                // POST without leave to repeat it: a request on the dead connection would be a reset.
                #expect(await client.ending(.post(server.url, "x")) == .answer(status: 200, body: "ok"))
                try await Self.settle(client, atSockets: 0)
            }
        }
    }

    @Test("A connection with bytes that no request explains serves no other")
    func unexplainedBytes() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send(Self.ok)
                connection.wait(milliseconds: 20)
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            }
        }
        let together = ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send(Self.ok + "HTTP/1.1 200 OK\r\n\r\nevil") }
        }
        try await withClient { client in
            for server in [server, together] {
                for turn in 1...3 {
                    #expect(await client.ending(.post(server.url, "x")) == .answer(status: 200, body: "ok"))
                    try await Self.settle(client, atSockets: 0)
                    #expect(server.connectionCount == turn)
                }
            }
        }
    }

    @Test("An answer that says close, or has no other end, takes its connection with it")
    func notKept() async throws {
        for answer in [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        ] {
            let server = ScriptedServer.answering(answer)
            try await withClient { client in
                for _ in 0..<3 { #expect(await client.ending(.get(server.url)) == .answer(status: 200, body: "ok")) }
                #expect(await client.sizes.sockets == 0)
            }
            #expect(server.connectionCount == 3)
        }
    }

    @Test("An answer that comes before the request is sent whole is read, and its connection ends")
    func earlyAnswer() async throws {
        let server = ScriptedServer { connection in
            connection.send("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno")
            connection.wait(milliseconds: 300)  // reads nothing of the body
        }
        try await withClient { client in
            let request = HTTPClientRequest(
                method: .post, url: server.url, body: [UInt8](repeating: 1, count: 64 << 20))
            #expect(await client.ending(request) == .answer(status: 413, body: "no"))
            #expect(await client.sizes.sockets == 0)
        }
    }

    @Test("What a kept connection swallowed goes out once more where the caller allows it, and no third time")
    func repeated() async throws {
        let requests = Locked(0)
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                let number = requests.withLock {
                    $0 += 1
                    return $0
                }
                guard number == 1 else { return connection.reset() }
                connection.send(Self.ok)
            }
        }
        try await withClient { client in
            var request = HTTPClientRequest.post(server.url, "x")
            request.survivesStaleConnection = true
            #expect(await client.ending(request) == .answer(status: 200, body: "ok"))
            #expect(await client.ending(request) == .unanswered(.reset))
            #expect(requests.withLock { $0 } == 3)
            #expect(await client.sizes.active == 0)
        }
    }

    @Test("A name is looked up without holding up the loop, and each of its addresses is tried")
    func names() async throws {
        let server = Self.numbering()
        try await withClient { client in
            // Where the machine has IPv6, `localhost` is ::1 first, and nothing listens there.
            let url = "http://localhost:\(server.port)/"
            for _ in 0..<3 { #expect(await client.ending(.get(url)) == .answer(status: 200, body: "1")) }
            async let failing = client.ending(.get("http://name.invalid/"))
            #expect(await client.ending(.get(url)) == .answer(status: 200, body: "1"))
            guard case .unanswered(.resolve) = await failing else { throw Unexpected("resolved") }
        }
    }

    @Test("Addresses of IPv6 need no look-up")
    func literalOfIPv6() throws {
        for host in ["::1", "fe80::1", "127.0.0.1"] {
            let address = try #require(PeerAddress.all(of: host, port: 1, isLiteral: true).first)
            #expect(address.family == (host.contains(":") ? AF_INET6 : AF_INET))
        }
        #expect(throws: PeerAddress.Failure.self) { try PeerAddress.all(of: "localhost", port: 1, isLiteral: true) }
    }

    @Test("A call whose turn for a connection does not come ends in time and leaves the queue")
    func queued() async throws {
        let server = ScriptedServer { connection in
            while let request = connection.readRequest() {
                if request.line.contains("/held") { _ = connection.sawClose(withinMilliseconds: 10_000) }
                connection.send(Self.ok)
            }
        }
        try await withClient(HTTPClientOptions(maxConnectionsPerHost: 1)) { client in
            let held = Task(executorPreference: client.loop) { await client.ending(.get(server.url + "/held")) }
            while await client.sizes.sockets == 0 { try await client.loop.sleep(for: .milliseconds(2)) }
            var request = HTTPClientRequest.get(server.url)
            request.connectTimeout = .milliseconds(50)
            #expect(await client.ending(request) == .unanswered(.connectTimedOut))
            request.connectTimeout = nil
            request.totalTimeout = .milliseconds(50)
            #expect(await client.ending(request) == .unanswered(.totalTimedOut))
            held.cancel()
            #expect(await held.value == .unanswered(.cancelled))
            #expect(await client.ending(.get(server.url)) == .answer(status: 200, body: "ok"))
        }
    }

    @Test("A body that grows when decompressed waits for its reader, and arrives whole")
    func growing() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(Compressed.zeros.count)\r\n\r\n")
                connection.send(Compressed.zeros)
            }
        }
        try await withClient { client in
            let response = try await client.send(.get(server.url))
            var (count, largest) = (0, 0)
            while let bytes = try await response.body.next() {
                count += bytes.count
                largest = max(largest, bytes.count)
            }
            #expect(count == 1 << 20)
            #expect(largest <= 64 * 1024 + 16 * 1024)
            let whole = try await client.send(.get(server.url)).body.collect(upTo: 1 << 20)
            #expect(whole.count == 1 << 20)
            let response2 = try await client.send(.get(server.url))
            await #expect(throws: HTTPClientError.bodyTooLarge) { try await response2.body.collect(upTo: 1 << 19) }
        }
    }

    @Test("Encodings that a request asks for are libcurl's business")
    func askedEncoding() async throws {
        try await withClient { client in
            let transport = DirectTransport(
                loop: client.loop, options: HTTPClientOptions(), proxies: ProxyEnvironment { _ in nil })
            #expect(transport.target(of: .get("http://127.0.0.1:1/")) != nil)
            #expect(transport.target(of: .get("https://127.0.0.1:1/")) == nil)
            let asking = HTTPClientRequest(method: .get, url: "http://127.0.0.1:1/", headers: ["Accept-Encoding": "br"])
            #expect(transport.target(of: asking) == nil)
            transport.shutdown()
        }
    }
}
