import EventLoop
import HTTPTypes
import Testing

@testable import HTTPClient

@Suite("HTTPClient: requests and answers", .timeLimit(.minutes(5)), .overBothTransports)
struct HTTPClientTests {
    /// Answers with the request's own head and body.
    static func echo() -> ScriptedServer {
        ScriptedServer { connection in
            while let request = connection.readRequest() {
                let text = request.head + "\r\n\r\n" + String(decoding: request.body, as: UTF8.self)
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
    }

    @Test("Head and body of an answer arrive as they were sent, the body at once or pulled")
    func answer() async throws {
        let server = ScriptedServer.answering(
            "HTTP/1.1 201 Created\r\nX-One:  1 \r\nSet-Cookie: a\r\nset-cookie: b\r\nEmpty:\r\n"
                + "Content-Length: 5\r\n\r\nhello")
        try await withClient { client in
            for pulled in [false, true] {
                let response = try await client.send(.get(server.url))
                #expect(response.status == 201)
                #expect(response.headers["x-one"] == "1")
                #expect(response.headers.all("set-cookie") == ["a", "b"])
                #expect(response.headers["empty"] == "")
                #expect(response.httpVersion == .http11)
                if pulled {
                    #expect(try await response.body.next() == Array("hello".utf8))
                    #expect(try await response.body.next() == nil)
                    #expect(try await response.body.next() == nil)
                } else {
                    #expect(try await response.body.collect(upTo: 5) == Array("hello".utf8))
                    #expect(try await response.body.next() == nil)
                }
            }
        }
    }

    @Test(
        "The request line, the body and its length go out as asked",
        arguments: [
            (HTTPMethod.get, "", "GET", nil), (.post, "{}", "POST", "2"), (.post, "", "POST", "0"),
            (.put, "abc", "PUT", "3"), (.patch, "", "PATCH", "0"), (.delete, "", "DELETE", nil),
            (.delete, "x", "DELETE", "1"), (.get, "query", "GET", "5"), (.options, "", "OPTIONS", nil),
            (.other("REPORT"), "r", "REPORT", "1"), (.head, "", "HEAD", nil),
        ] as [(HTTPMethod, String, String, String?)])
    func methods(method: HTTPMethod, body: String, token: String, length: String?) async throws {
        let seen = Locked<[ServerConnection.Request]>([])
        let server = ScriptedServer { connection in
            while let request = connection.readRequest() {
                seen.withLock { $0.append(request) }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try await withClient { client in
            // The handle is used again after another method, so what that one set must be gone.
            for before in [HTTPClientRequest.get(server.url), .post(server.url, "before")] {
                _ = try await client.send(before).body.collect(upTo: 0)
                let request = HTTPClientRequest(
                    method: method, url: server.url + "/a?b=c", body: Array(body.utf8))
                _ = try await client.send(request).body.collect(upTo: 0)
                let request1 = seen.withLock { $0.last! }
                #expect(request1.line == "\(token) /a?b=c HTTP/1.1")
                #expect(request1.all("content-length").first == length)
                #expect(String(decoding: request1.body, as: UTF8.self) == body)
                #expect(request1.all("content-type") == [])
            }
        }
        #expect(server.connectionCount == 1)
    }

    @Test("Request headers go out once each; those that frame the message are the client's own")
    func requestHeaders() async throws {
        let server = Self.echo()
        try await withClient { client in
            let headers: HTTPHeaders = [
                "X-Key": "v a l", "Content-Type": "application/json", "X-Empty": "", "content-length": "99",
                "Transfer-Encoding": "chunked", "connection": "close", "Expect": "100-continue", "Host": "other.test",
            ]
            let request = HTTPClientRequest(method: .post, url: server.url, headers: headers, body: [0x41])
            let text = String(decoding: try await client.send(request).body.collect(upTo: 10_000), as: UTF8.self)
            let seen = ServerConnection.Request(head: text, body: [])
            #expect(seen.all("x-key") == ["v a l"])
            #expect(seen.all("content-type") == ["application/json"])
            #expect(seen.all("x-empty") == [""])
            #expect(seen.all("content-length") == ["1"])
            #expect(seen.all("transfer-encoding") == [])
            #expect(seen.all("connection") == [])
            #expect(seen.all("expect") == [])
            #expect(seen.all("host") == ["other.test"])
            #expect(seen.all("accept-encoding") == ["identity"])
            #expect(seen.all("user-agent") == ["switchyard"])

            let asking = HTTPClientRequest(method: .get, url: server.url, headers: ["accept-encoding": "br"])
            let answer = String(decoding: try await client.send(asking).body.collect(upTo: 10_000), as: UTF8.self)
            #expect(ServerConnection.Request(head: answer, body: []).all("accept-encoding") == ["br"])
        }
    }

    @Test("A large request body arrives whole", arguments: [1 << 10, 1 << 16, 1 << 22])
    func largeRequest(size: Int) async throws {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let server = ScriptedServer { connection in
            while let request = connection.readRequest() {
                let verdict = request.body == body ? "same" : "else"
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(verdict)")
            }
        }
        try await withClient { client in
            for _ in 0..<3 {
                let response = try await client.send(HTTPClientRequest(method: .post, url: server.url, body: body))
                #expect(try await response.body.collect(upTo: 4) == Array("same".utf8))
            }
        }
    }

    @Test("Connections are used again, and the answer says so")
    func reuse() async throws {
        let server = ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        try await withClient { client in
            for turn in 0..<20 {
                let response = try await client.send(.post(server.url, "x"))
                #expect(response.connectionReused == (turn > 0))
                _ = try await response.body.collect(upTo: 2)
            }
        }
        #expect(server.connectionCount == 1)
    }

    @Test("A kept connection that the upstream has closed is replaced without anybody noticing")
    func replaced() async throws {
        let closed = Locked(0)
        let server = ScriptedServer { connection in
            if connection.readRequest() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
            connection.end()
            closed.withLock { $0 += 1 }
        }
        try await withClient { client in
            var request = HTTPClientRequest.post(server.url, "x")
            request.survivesStaleConnection = true  // so the news of the end may come before or after the next request
            for turn in 1...5 {
                #expect(await client.ending(request) == .answer(status: 200, body: "ok"))
                while closed.withLock({ $0 }) < turn { try await client.loop.sleep(for: .milliseconds(1)) }
                try await client.loop.sleep(for: .milliseconds(5))  // until the kernel has carried the news across
            }
        }
        #expect(server.connectionCount == 5)
    }

    @Test("A request that a kept connection swallowed is sent again unless its method acts")
    func swallowed() async throws {
        for method in [HTTPMethod.get, .put, .post, .patch] {
            let requests = Locked(0)
            let server = ScriptedServer { connection in
                while connection.readRequest() != nil {
                    // The second request of the first connection dies.
                    if requests.withLock({
                        $0 += 1
                        return $0
                    }) == 2 {
                        return connection.reset()
                    }
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                }
            }
            try await withClient { client in
                let request = HTTPClientRequest(method: method, url: server.url, body: [0x41])
                #expect(await client.ending(request) == .answer(status: 200, body: "ok"))
                let acts = method == .post || method == .patch
                let second = await client.ending(request)
                #expect(second == (acts ? .unanswered(.reset) : .answer(status: 200, body: "ok")))
                #expect(requests.withLock { $0 } == (acts ? 2 : 3))
                #expect(await client.ending(request) == .answer(status: 200, body: "ok"))
            }
        }
    }

    @Test("Several requests at once share the loop, each with its own answer")
    func concurrent() async throws {
        let server = ScriptedServer { connection in
            while let request = connection.readRequest() {
                connection.wait(milliseconds: 5)
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
                connection.send(request.body)
            }
        }
        try await withClient { client in
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let text = "request \(number)"
                        return await client.ending(.post(server.url, text)) == .answer(status: 200, body: text)
                    }
                }
                for await isRight in group { #expect(isRight) }
            }
            #expect(await client.sizes.active == 0)
        }
    }

    @Test("No more connections to a host than allowed")
    func connectionLimit() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.wait(milliseconds: 10)
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        try await withClient(HTTPClientOptions(maxConnectionsPerHost: 2)) { client in
            await withTaskGroup(of: Ending.self) { group in
                for _ in 0..<10 { group.addTask { await client.ending(.get(server.url)) } }
                for await ending in group { #expect(ending == .answer(status: 200, body: "ok")) }
            }
        }
        #expect(server.connectionCount == 2)
    }
}
