import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

@Suite("HTTPClient: TLS and HTTP/2", .timeLimit(.minutes(5)))
struct HTTPClientTLSTests {
    let server: TLSServer

    init() throws { server = try TLSServer() }

    private var trusting: HTTPClientOptions { HTTPClientOptions(caBundle: server.authority) }

    @Test("HTTP/2 where it is offered, HTTP/1.1 where not, connections used again")
    func versions() async throws {
        let server = server
        try await withClient(trusting) { client in
            for (port, version) in [(server.http2, HTTPClientResponse.Version.http2), (server.http1, .http11)] {
                for turn in 0..<3 {
                    let response = try await client.send(.get("https://localhost:\(port)/small"))
                    #expect(response.status == 200)
                    #expect(response.httpVersion == version)
                    #expect(response.connectionReused == (turn > 0))
                    #expect(try await response.body.collect(upTo: 2) == Array("ok".utf8))
                }
            }
            #expect(await client.sizes.sockets == 2)
        }
    }

    @Test("A certificate of an unknown authority, or for another name, is refused")
    func certificates() async throws {
        let server = server
        let strangers = try await withClient { client in
            await client.ending(.get("https://localhost:\(server.http2)/small?key=secret"))
        }
        let elsewhere = try await withClient(trusting) { client in
            await client.ending(.get("https://127.0.0.1:\(server.http2)/small?key=secret"))
        }
        for ending in [strangers, elsewhere] {
            guard case .unanswered(.tls(let text)) = ending else { throw Unexpected("\(ending)") }
            #expect(text.contains("certificate"))
            #expect(!text.contains("secret"))
        }
    }

    @Test("A server that speaks no TLS is a TLS failure, nothing was sent")
    func clearText() async throws {
        let clear = ScriptedServer { connection in connection.send("HTTP/1.1 400 No\r\n\r\n") }
        try await withClient { client in
            let ending = await client.ending(.post("https://127.0.0.1:\(clear.port)/", "x"))
            guard case .unanswered(.tls) = ending else { throw Unexpected("\(ending)") }
        }
    }

    @Test("A burst of first requests shares one HTTP/2 connection where that is allowed", arguments: [1, 100])
    func burst(streams: Int) async throws {
        let server = server
        var options = trusting
        options.streamsPerConnection = streams
        try await withClient(options) { client in
            await withTaskGroup(of: Ending.self) { group in
                for _ in 0..<50 {
                    group.addTask { await client.ending(.get("https://localhost:\(server.http2)/small")) }
                }
                for await ending in group { #expect(ending == .answer(status: 200, body: "ok")) }
            }
            #expect(await client.sizes.sockets == 1 || streams == 1)
        }
    }

    @Test("A stream that nobody reads holds up no other, and cancelling it leaves the connection")
    func streams() async throws {
        let server = server
        try await withClient(trusting) { client in
            let large = try await client.send(.get("https://localhost:\(server.http2)/large"))
            try await client.loop.sleep(for: .milliseconds(200))
            for _ in 0..<10 {
                var request = HTTPClientRequest.get("https://localhost:\(server.http2)/small")
                request.totalTimeout = .seconds(5)
                let ending = await client.ending(request)
                #expect(ending == .answer(status: 200, body: "ok"))
            }
            var count = 0
            while count < TLSServer.largeSize / 2, let bytes = try await large.body.next() { count += bytes.count }
            large.body.cancel()
            await #expect(throws: HTTPClientError.cancelled) { try await large.body.next() }
            let again = try await client.send(.get("https://localhost:\(server.http2)/large"))
            #expect(again.connectionReused)
            #expect(try await again.body.collect(upTo: TLSServer.largeSize).count == TLSServer.largeSize)
            #expect(await client.sizes.sockets == 2)
        }
    }

    @Test("A large body arrives whole through a slow reader", arguments: [true, false])
    func slowReader(overHTTP2: Bool) async throws {
        let server = server
        try await withClient(trusting) { client in
            let port = overHTTP2 ? server.http2 : server.http1
            let response = try await client.send(.get("https://localhost:\(port)/large"))
            var (count, largest) = (0, 0)
            while let bytes = try await response.body.next() {
                count += bytes.count
                largest = max(largest, bytes.count)
                if count < 1 << 20 { try await client.loop.sleep(for: .milliseconds(1)) }
            }
            #expect(count == TLSServer.largeSize)
            #expect(largest <= 80 * 1024)
        }
    }

    @Test("A stream or connection closed without an answer is a reset", arguments: [true, false])
    func gone(overHTTP2: Bool) async throws {
        let server = server
        try await withClient(trusting) { client in
            let port = overHTTP2 ? server.http2 : server.http1
            #expect(await client.ending(.post("https://localhost:\(port)/gone", "x")) == .unanswered(.reset))
        }
    }
}
