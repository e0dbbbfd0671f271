import Glibc
import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

@Suite("HTTPClient: time, cancelling and back-pressure", .timeLimit(.minutes(5)), .overBothTransports)
struct HTTPClientLimitsTests {
    /// Sends `parts` with 60 ms of silence before each, then nothing until the client goes.
    static func slow(_ parts: String..., closes: Bool = false) -> ScriptedServer {
        ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            for part in parts {
                connection.wait(milliseconds: 60)
                connection.send(part)
            }
            if !closes { _ = connection.readRequest() }
        }
    }

    static func request(
        _ url: String, firstByte: Duration? = nil, idle: Duration? = nil, total: Duration? = nil
    ) -> HTTPClientRequest {
        HTTPClientRequest(
            method: .post, url: url, body: [1], firstByteTimeout: firstByte, idleTimeout: idle, totalTimeout: total)
    }

    @Test("No first byte in time, also when 1xx answers come")
    func firstByte() async throws {
        let silent = Self.slow()
        let chatty = Self.slow("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Hints\r\n\r\n")
        try await withClient { client in
            for server in [silent, chatty] {
                let request = Self.request(server.url, firstByte: .seconds(1), total: .seconds(30))
                #expect(await client.ending(request) == .unanswered(.firstByteTimedOut))
            }
        }
    }

    @Test("A first byte in time lifts that limit")
    func firstByteInTime() async throws {
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n")
            connection.wait(milliseconds: 3300)
            for part in ["Content-Length: 4\r\n", "\r\n", "a", "b", "c", "d"] {
                connection.wait(milliseconds: 10)
                connection.send(part)
            }
        }
        try await withClient { client in
            let request = Self.request(server.url, firstByte: .seconds(3), idle: .seconds(20))
            #expect(await client.ending(request) == .answer(status: 200, body: "abcd"))
        }
    }

    @Test("Silence within the body ends it; what had come is read first")
    func idle() async throws {
        let server = Self.slow("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "ab", "c")
        try await withClient { client in
            let request = Self.request(server.url, firstByte: .seconds(5), idle: .milliseconds(300))
            #expect(await client.ending(request) == .broken(.idleTimedOut, after: 3))
        }
    }

    @Test("The total limit counts from the start, whatever arrives")
    func total() async throws {
        let silent = Self.slow()
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send("x") { connection.wait(milliseconds: 10) }
        }
        try await withClient { client in
            let request = Self.request(server.url, idle: .seconds(20), total: .seconds(2))
            guard case .broken(.totalTimedOut, let count) = await client.ending(request) else {
                throw Unexpected("no limit")
            }
            #expect(count > 0)
            #expect(
                await client.ending(Self.request(silent.url, total: .milliseconds(50)))
                    == .unanswered(.totalTimedOut))
        }
    }

    @Test("No connection in time: a listener that accepts nothing")
    func connect() async throws {
        let full = FullListener()
        let port = full.port
        let silent = Self.slow()
        defer { _ = full }
        try await withClient { client in
            var request = Self.request("http://127.0.0.1:\(port)", total: .seconds(30))
            request.connectTimeout = .milliseconds(150)
            let unaccepted = await client.ending(request)
            #expect(unaccepted == .unanswered(.connectTimedOut))
            // The server takes the connection but not the handshake.
            request.url = "https://127.0.0.1:\(silent.port)"
            let unshaken = await client.ending(request)
            #expect(unshaken == .unanswered(.connectTimedOut))
        }
    }

    @Test("No connection: refused, no such name, no usable URL")
    func unreachable() async throws {
        let port = ScriptedServer { _ in }.port  // closed again at once
        try await withClient { client in
            #expect(await client.ending(.get("http://127.0.0.1:\(port)/")) == .unanswered(.refused))
            for url in [
                "", "x", "/path", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://127.0.0.1:99999/",
                "http://user:secret@127.0.0.1/", "http://a b/", "http://127.0.0.1/\r\nX: y",
            ] {
                #expect(await client.ending(.get(url)) == .unanswered(.invalidURL), "\(url)")
            }
            guard case .unanswered(.resolve(let text)) = await client.ending(.get("http://name.invalid/?key=secret"))
            else { throw Unexpected("resolved") }
            #expect(text.contains("name.invalid"))
            #expect(!text.contains("secret"))
            let header = HTTPClientRequest(method: .get, url: "http://127.0.0.1:\(port)", headers: ["a": "b\r\nc: d"])
            guard case .unanswered(.protocolViolation) = await client.ending(header) else {
                throw Unexpected("header injected")
            }
        }
    }

    enum Place: CaseIterable {
        case head, body, collect, drop, call, shutdown
    }

    @Test("Whoever stops waiting closes the upstream's connection at once", arguments: Place.allCases)
    func cancel(place: Place) async throws {
        let (sawRequest, sawClose) = (Locked(false), Locked<Bool?>(nil))
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            if place != .head { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n") }
            sawRequest.withLock { $0 = true }
            let closed = connection.sawClose(withinMilliseconds: 1000)
            sawClose.withLock { $0 = closed }
        }
        try await withClient { client in
            let loop = client.loop
            let task = Task(executorPreference: loop) { () async -> HTTPClientError? in
                do throws(HTTPClientError) {
                    let response = try await client.send(.post(server.url, "x"))
                    switch place {
                    case .head, .body, .shutdown: _ = try await response.body.next()
                    case .collect: _ = try await response.body.collect(upTo: 1000)
                    case .drop: break
                    case .call:
                        response.body.cancel()
                        _ = try await response.body.next()
                    }
                    return nil
                } catch { return error }
            }
            while !sawRequest.withLock({ $0 }) { try await loop.sleep(for: .milliseconds(2)) }
            try await loop.sleep(for: .milliseconds(30))
            switch place {
            case .head, .body, .collect: task.cancel()
            case .shutdown: await client.shutdown()
            case .drop, .call: break
            }
            #expect(await task.value == (place == .drop ? nil : .cancelled))
            while sawClose.withLock({ $0 }) == nil { try await loop.sleep(for: .milliseconds(2)) }
            #expect(sawClose.withLock { $0 } == true)
        }
    }

    @Test("A task that is cancelled before it asks sends nothing")
    func cancelledBefore() async throws {
        let server = ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        try await withClient { client in
            let ending = await Task(executorPreference: client.loop) {
                withUnsafeCurrentTask { $0?.cancel() }
                return await client.ending(.get(server.url))
            }.value
            #expect(ending == .unanswered(.cancelled))
        }
        #expect(server.connectionCount == 0)
    }

    @Test("A body dropped or read on another thread is let go of on the loop")
    func foreignThread() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n")
                connection.send([UInt8](repeating: 7, count: 200_000))
            }
        }
        let loop = try EventLoop.start(name: "client")
        defer { loop.stop() }
        let client = HTTPClient(
            loop: loop, options: HTTPClientOptions(), proxies: ProxyEnvironment { _ in nil },
            transports: OverBothTransports.transports)
        for turn in 0..<20 {
            let response = try await client.send(.get(server.url))
            if turn % 2 == 0 {
                var count = 0
                while let bytes = try await response.body.next() { count += bytes.count }
                #expect(count == 200_000)
            }
        }
        while await client.sizes.active != 0 { try await Task.sleep(for: .milliseconds(5)) }
        await client.shutdown()
        await #expect(throws: HTTPClientError.cancelled) { try await client.send(.get(server.url)) }
    }

    @Test("Of 100 MB for a reader that does not read, little leaves the server; then all of it arrives")
    func backPressure() async throws {
        let size = 100 << 20
        let sent = Locked(0)
        let server = ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let block = [UInt8](repeating: 0x61, count: 1 << 16)
            for _ in 0..<(size >> 16) {
                guard connection.send(block) else { return }
                sent.withLock { $0 += block.count }
            }
        }
        try await withClient { client in
            let request = Self.request(server.url, idle: .milliseconds(300))
            let response = try await client.send(request)
            // Longer than the idle limit, which must not run meanwhile.
            try await client.loop.sleep(for: .milliseconds(600))
            // What the two sockets buffer is the kernel's: at most 6 MB to receive and 4 MB to send here.
            #expect(sent.withLock { $0 } < 16 << 20)
            var (count, largest, behind) = (0, 0, 0)
            while let bytes = try await response.body.next() {
                count += bytes.count
                largest = max(largest, bytes.count)
                behind = max(behind, sent.withLock { $0 } - count)
                if count < 4 << 20 { try await client.loop.sleep(for: .milliseconds(1)) }
            }
            #expect(count == size)
            #expect(largest <= 64 * 1024 + 16 * 1024)
            #expect(behind < 16 << 20)
        }
    }
}

/// A listening socket whose queue is full, so that a connection attempt gets no answer.
private final class FullListener {
    let port: UInt16
    private var descriptors: [Int32] = []

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        descriptors.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let fillers = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(listener, address, length)
                _ = listen(listener, 0)
                _ = getsockname(listener, address, &length)
                return (0..<4).map { _ in
                    let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                    _ = Glibc.connect(filler, address, length)
                    return filler
                }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        descriptors += fillers
        usleep(20_000)
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
