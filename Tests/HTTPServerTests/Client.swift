import Glibc
import Testing

@testable import HTTPServer

/// A client on a blocking socket that says byte for byte what a test wants it to say.
final class Client {
    struct Answer: Equatable {
        var status: Int
        var head: String
        var body: String
        /// Whether the body ended as its framing says.
        var isWhole: Bool

        func has(_ field: String) -> Bool { head.lowercased().contains("\r\n\(field)\r\n") }
    }

    private let descriptor: Int32
    private var isOpen = true
    private var received: [UInt8] = []

    /// - Parameter receiveBuffer: bytes the system takes in while nobody reads; 0 for its own choice.
    init(port: UInt16, host: String = "127.0.0.1", receiveBuffer: Int32 = 0) throws {
        let address = try #require(SocketAddress(host: host, port: port))
        descriptor = socket(Int32(address.family), Int32(SOCK_STREAM.rawValue), 0)
        if receiveBuffer > 0 {
            var size = receiveBuffer
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        try #require(address.withPointer { connect(descriptor, $0, $1) } == 0)
        wait(atMost: 5)
    }

    deinit { leave() }

    static func isListening(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return SocketAddress(host: "127.0.0.1", port: port)!.withPointer { connect(descriptor, $0, $1) } == 0
    }

    func wait(atMost seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let sent = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            start += sent
        }
    }

    func sendOnce(_ bytes: [UInt8]) -> Int { Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    func sendTimeout(milliseconds: Int) {
        var limit = timeval(tv_sec: 0, tv_usec: milliseconds * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Closes; with `reset` the server is told by RST and not by FIN.
    func leave(reset: Bool = false) {
        guard isOpen else { return }
        isOpen = false
        if reset {
            var abrupt = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
        }
        close(descriptor)
    }

    /// Ends the sending side only.
    func stopSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// - Returns: false at the end of the connection, or when nothing came in time.
    @discardableResult
    func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { received += buffer.prefix(count) }
        return count > 0
    }

    /// Whether the server closes, with nothing more to read.
    func isClosed() -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return received.isEmpty && (count == 0 || (count < 0 && errno == ECONNRESET))
    }

    /// Waits until what came holds `text`.
    func receive(until text: String) -> Bool {
        while !String(decoding: received, as: UTF8.self).contains(text) {
            guard receive() else { return false }
        }
        return true
    }

    func answer(toHead: Bool = false) throws -> Answer {
        while end(of: "\r\n\r\n") == nil { try #require(receive(), "no answer") }
        let head = String(decoding: take(end(of: "\r\n\r\n")!), as: UTF8.self)
        let status = Int(head.split(separator: " ")[1])!
        var answer = Answer(status: status, head: head, body: "", isWhole: true)
        if toHead || status < 200 || status == 204 || status == 304 { return answer }
        if let length = number(after: "content-length: ", in: head) {
            while received.count < length, receive() {}
            answer.isWhole = received.count >= length
            answer.body = String(decoding: take(min(length, received.count)), as: UTF8.self)
        } else if answer.has("transfer-encoding: chunked") {
            (answer.body, answer.isWhole) = chunks()
        } else {
            while receive() {}
            answer.body = String(decoding: take(received.count), as: UTF8.self)
        }
        return answer
    }

    private func chunks() -> (String, Bool) {
        var body: [UInt8] = []
        while true {
            while end(of: "\r\n") == nil {
                guard receive() else { return (String(decoding: body, as: UTF8.self), false) }
            }
            let line = take(end(of: "\r\n")!)
            let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16)!
            while received.count < size + 2 {
                guard receive() else { return (String(decoding: body, as: UTF8.self), false) }
            }
            body += take(size)
            _ = take(2)
            if size == 0 { return (String(decoding: body, as: UTF8.self), true) }
        }
    }

    private func number(after name: String, in head: String) -> Int? {
        head.split(separator: "\r\n").first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.count)) }
    }

    private func end(of mark: String) -> Int? {
        let mark = Array(mark.utf8)
        guard received.count >= mark.count else { return nil }
        for start in 0...received.count - mark.count where received[start..<start + mark.count].elementsEqual(mark) {
            return start + mark.count
        }
        return nil
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }
}

extension Client {
    /// Sends until nothing more is taken for 300 ms.
    /// - Returns: the bytes taken.
    func sendUntilBlocked(at most: Int) -> Int {
        sendTimeout(milliseconds: 300)
        let piece = [UInt8](repeating: 0x61, count: 100_000)
        var total = 0
        while total < most, case let sent = sendOnce(piece), sent > 0 { total += sent }
        return total
    }
}
