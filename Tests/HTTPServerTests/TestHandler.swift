import EventLoop
import HTTPServer
import HTTPTypes

/// Answers by path, and notes what it sees.
struct TestHandler: HTTPHandler {
    let loop: EventLoop
    let seen = Locked<[String]>([])
    let counted = Locked(0)

    func note(_ event: String) { seen.withLock { $0.append(event) } }

    /// Whether the event is noted within a second.
    func sees(_ event: String) async throws -> Bool {
        for _ in 0..<100 {
            if seen.withLock({ $0.contains(event) }) { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    nonisolated(nonsending) func handle(_ request: HTTPRequest, _ reply: consuming Reply) async {
        switch request.path {
        case "/echo": await echo(request, reply)
        case "/about": reply.send(status: 200, headers: [:], body: Array(about(request).utf8))
        case "/pieces": await pieces(request, reply)
        case "/unread": reply.send(status: 200, headers: [:], body: Array("unread".utf8))
        case "/nothing": reply.send(status: 204, headers: [:], body: Array("dropped".utf8))
        case "/close": reply.send(status: 200, headers: ["Connection": "close"], body: [])
        case "/framed":
            reply.send(
                status: 200, headers: ["Content-Length": "999", "transfer-encoding": "gzip", "x": "y"], body: [0x61])
        case "/stream": await stream(reply, count: 3)
        case "/quiet": await quiet(reply)
        case "/endless": await endless(reply)
        case "/abort", "/drop": await broken(request, reply)
        case "/abort-empty":
            var stream = reply.stream(status: 200, headers: [:])
            try? await stream.write(Array("one".utf8))
            stream.abort()
        case "/hang": await hang(reply)
        case "/hang-streaming": await hangStreaming(reply)
        case "/after": await after(reply)
        case "/silent": break
        case "/silent-body": _ = try? await request.body.collect(upTo: 1 << 30)
        case "/slow":
            note("slow")
            try? await loop.sleep(for: .milliseconds(200))
            reply.send(status: 200, headers: [:], body: Array("slow".utf8))
        default: reply.send(status: 404, headers: [:], body: [])
        }
    }

    private nonisolated(nonsending) func echo(_ request: HTTPRequest, _ reply: consuming Reply) async {
        do throws(HTTPBodyError) {
            let body = try await request.body.collect(upTo: 1_000_000)
            reply.send(status: 200, headers: ["content-type": "text/plain"], body: body)
        } catch {
            note("echo: \(error)")
            reply.send(status: 400, headers: [:], body: Array("\(error)".utf8))
        }
    }

    private func about(_ request: HTTPRequest) -> String {
        var words = [request.method.token, request.target, request.path, request.query ?? "-"]
        words += ["\(request.minorVersion)", request.remoteAddress, request.headers["x-test"] ?? "-"]
        return words.joined(separator: " ")
    }

    private nonisolated(nonsending) func pieces(_ request: HTTPRequest, _ reply: consuming Reply) async {
        var count = 0
        do throws(HTTPBodyError) {
            note("asking")
            while let piece = try await request.body.next() {
                count += piece.count
                counted.withLock { $0 = count }
                guard request.query == "slow", count == 1 else { continue }
                try? await loop.sleep(for: .milliseconds(500))
                note("asking again")
            }
            reply.send(status: 200, headers: [:], body: Array("\(count)".utf8))
        } catch {
            note("pieces: \(error)")
        }
    }

    private nonisolated(nonsending) func stream(_ reply: consuming Reply, count: Int) async {
        var stream = reply.stream(status: 200, headers: ["content-type": "text/event-stream"])
        stream.flush()
        for number in 0..<count {
            try? await stream.write(Array("piece \(number)\n".utf8))
            if number == 1 { try? await loop.sleep(for: .milliseconds(20)) }
        }
        stream.finish()
    }

    /// Says nothing for a while, then something, then nothing again.
    private nonisolated(nonsending) func quiet(_ reply: consuming Reply) async {
        var stream = reply.stream(status: 200, headers: [:])
        stream.fillSilence(of: .milliseconds(40), with: Array("~".utf8))
        for piece in ["one", "two"] {
            try? await loop.sleep(for: .milliseconds(200))
            try? await stream.write(Array(piece.utf8))
        }
        try? await loop.sleep(for: .milliseconds(200))
        stream.finish()
    }

    private nonisolated(nonsending) func endless(_ reply: consuming Reply) async {
        var stream = reply.stream(status: 200, headers: [:])
        let piece = [UInt8](repeating: 0x61, count: 10_000)
        do throws(ClientGone) {
            while true {
                try await stream.write(piece)
                counted.withLock { $0 += piece.count }
            }
        } catch {
            note(Task.isCancelled ? "endless: gone, cancelled" : "endless: gone")
        }
    }

    private nonisolated(nonsending) func broken(_ request: HTTPRequest, _ reply: consuming Reply) async {
        var stream = reply.stream(status: 200, headers: [:])
        try? await stream.write(Array("one".utf8))
        if request.path == "/abort" { stream.abort(after: Array("oops".utf8)) }
    }

    private nonisolated(nonsending) func hang(_ reply: consuming Reply) async {
        note("hanging")
        do { try await loop.sleep(for: .seconds(600)) } catch { note("hang: cancelled") }
        reply.send(status: 200, headers: [:], body: [])
    }

    private nonisolated(nonsending) func hangStreaming(_ reply: consuming Reply) async {
        var stream = reply.stream(status: 200, headers: [:])
        try? await stream.write(Array("one".utf8))
        do { try await loop.sleep(for: .seconds(600)) } catch { note("stream: cancelled") }
        do throws(ClientGone) { try await stream.write([0x61]) } catch { note("stream: gone") }
    }

    /// Works on after the answer.
    private nonisolated(nonsending) func after(_ reply: consuming Reply) async {
        reply.send(status: 200, headers: [:], body: [])
        do { try await loop.sleep(for: .milliseconds(300)) } catch { note("after: cancelled") }
        note("after: done")
    }
}

extension HTTPServerOptions {
    static func with(_ configure: (inout HTTPServerOptions) -> Void) -> HTTPServerOptions {
        var options = HTTPServerOptions()
        configure(&options)
        return options
    }
}

/// A server on a loop of its own, for one test.
func withServer(
    _ options: HTTPServerOptions = HTTPServerOptions(),
    _ body: (_ port: UInt16, _ handler: TestHandler, _ server: HTTPServer) async throws -> Void
) async throws {
    let loop = try EventLoop.start(name: "test")
    defer { loop.stop() }
    let handler = TestHandler(loop: loop)
    let server = HTTPServer(loop: loop, options: options, handler: handler)
    let port = try await server.listen(host: "127.0.0.1", port: 0)
    // Swift 6.3 forgets to leave the loop when a closure is called next; a plain call in between reminds it.
    precondition(!loop.isCurrent)
    do { try await body(port, handler, server) } catch {
        await server.close()
        throw error
    }
    await server.close()
}
