import Glibc

@testable import EventLoop

/// A loopback server that does to each connection what its script says, on a thread of the connection's own.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted: Locked<Int>

    var connectionCount: Int { accepted.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameter script: runs once a connection, which closes when it returns.
    init(_ script: @escaping @Sendable (ServerConnection) -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, length) == 0)
                precondition(listen(listener, 1024) == 0)
                precondition(getsockname(listener, address, &length) == 0)
            }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let accepted = Locked(0)
        self.accepted = accepted
        _ = Thread.start(name: "accept") {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                // A child process of another test would keep the connection open after it is closed here.
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                accepted.withLock { $0 += 1 }
                _ = Thread.start(name: "connection") {
                    let connection = ServerConnection(descriptor)
                    script(connection)
                    connection.end()
                }
            }
            close(listener)  // here, because its number may be another socket's the moment it is closed
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A server that answers every request of every connection with `answer`, whatever it asks.
    static func answering(_ answer: String) -> ScriptedServer {
        ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send(answer) }
        }
    }
}

/// One accepted connection. Used by the thread of its script only.
final class ServerConnection {
    struct Request: Sendable {
        var head: String
        var body: [UInt8]
        var line: String { String(head.prefix { $0 != "\r\n" && $0 != "\r" }) }

        /// Every value of a header field, names compared in lower case.
        func all(_ name: String) -> [String] {
            head.split(separator: "\r\n").dropFirst().compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].lowercased() == name else { return nil }
                return String(parts[1].drop { $0 == " " })
            }
        }
    }

    private let descriptor: Int32
    private var isOpen = true
    private var unread: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    /// The next request with a body of `content-length`; `nil` when the peer has closed.
    func readRequest() -> Request? {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let at = unread.indices.first(where: { unread[$0...].starts(with: end) }) {
                var request = Request(head: String(decoding: unread[..<at], as: UTF8.self), body: [])
                unread.removeFirst(at + 4)
                let length = request.all("content-length").first.flatMap { Int($0) } ?? 0
                while unread.count < length { guard fill() else { return nil } }
                request.body = Array(unread[..<length])
                unread.removeFirst(length)
                return request
            }
            guard fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        unread += bytes[..<count]
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// - Returns: false when the peer is gone or took nothing for 20 s.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func wait(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Whether the peer closes within the time.
    func sawClose(withinMilliseconds limit: Int32) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, limit) == 1 else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }

    /// Carries bytes both ways between the peer and a loopback port until one side closes.
    func relay(to port: UInt16) {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(other) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var bytes = [UInt8](repeating: 0, count: 65536)
        var pollers = [descriptor, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&pollers, 2, 20_000) > 0 {
            for (from, to) in [(0, 1), (1, 0)] where pollers[from].revents != 0 {
                let count = recv(pollers[from].fd, &bytes, bytes.count, 0)
                guard count > 0, Glibc.send(pollers[to].fd, bytes, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
        }
    }

    /// Closes with a reset: what is unsent is lost.
    func reset() {
        var hard = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
        end()
    }

    func end() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
    }
}
