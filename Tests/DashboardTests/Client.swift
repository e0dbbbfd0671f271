import EventLoop
import Glibc
import JSON
import Testing

/// A client on a blocking socket, with a thread of its own: a test that blocks one of the runtime's threads could keep the
/// gateway from hashing a password.
actor Client {
    struct Answer: Sendable {
        var status: Int
        var head: String
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONTree { (try? JSONTree(parsing: body)) ?? .null }

        /// Without the version that writes answer with.
        var row: JSONTree {
            var row = json
            row["config_version"] = nil
            return row
        }

        subscript(header: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == header { return String(parts[1].drop { $0 == " " }) }
            }
            return nil
        }
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private let thread: BlockingThread
    private let port: UInt16

    init(port: UInt16) throws {
        thread = try BlockingThread.start(name: "client")
        self.port = port
    }

    deinit { thread.stop() }

    /// Sends one request on a connection of its own and reads until the server closes it, for five seconds at most.
    func send(_ method: String, _ target: String, headers: [(String, String)], body: [UInt8]) throws -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        try #require(status == 0)
        var head = "\(method) \(target) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty { head += "content-length: \(body.count)\r\n" }
        write(Array("\(head)\r\n".utf8) + body, to: descriptor)
        return try answer(read(descriptor))
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        var start = 0
        while start < bytes.count {
            let sent = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            start += sent
        }
    }

    private func read(_ descriptor: Int32) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            received += buffer.prefix(count)
        }
        return received
    }

    private func answer(_ bytes: [UInt8]) throws -> Answer {
        let mark = Array("\r\n\r\n".utf8)
        let end = try #require(
            bytes.indices.first { bytes[$0...].starts(with: mark) }, "no answer in \(bytes.count) bytes")
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let status = try #require(Int(head.split(separator: " ")[1]))
        return Answer(status: status, head: head, body: Array(bytes[(end + 4)...]))
    }
}
