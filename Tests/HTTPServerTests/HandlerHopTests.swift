import HTTPServer
import HTTPTypes
import Testing

@testable import EventLoop

@Suite("Where a handler runs")
struct HandlerHopTests {
    private protocol Asked: Sendable {
        func ask() async -> Int
    }

    private struct AtOnce: Asked {
        func ask() -> Int { 1 }
    }

    private actor Neighbour: Asked {
        nonisolated let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) { self.loop = loop }

        func ask() -> Int { 1 }
    }

    /// Answers with how many enqueues a hundred calls cost.
    private struct Asking: HTTPHandler {
        let loop: EventLoop
        let asked: any Asked

        func handle(_ request: HTTPRequest, _ reply: consuming Reply) async {
            let before = loop.enqueues.local
            var sum = 0
            for _ in 0..<100 { sum += await asked.ask() }
            reply.send(status: 200, headers: [:], body: Array("\(sum): \(loop.enqueues.local - before)".utf8))
        }
    }

    @Test(
        "A handler's calls into its loop's actors, and into what answers at once, enqueue nothing",
        arguments: [true, false])
    func hops(atOnce: Bool) async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        let asked: any Asked = atOnce ? AtOnce() : Neighbour(loop)
        let server = HTTPServer(
            loop: loop, options: HTTPServerOptions(), handler: Asking(loop: loop, asked: asked))
        let port = try await server.listen(host: "127.0.0.1", port: 0)
        precondition(!loop.isCurrent)
        let client = try Client(port: port)
        client.wait(atMost: 30)
        client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        let body = try client.answer().body
        #expect(body == "100: 0")
        await server.close()
    }
}
