import Glibc
import TestServers
import Threading

@testable import RedisClient

/// A redis-server of its own on loopback, with a directory of its own, killed at the end.
///
/// `@unchecked Sendable`: `process` is guarded by `lock`.
final class RedisServer: @unchecked Sendable {
    let port: UInt16
    let directory: String
    private let arguments: [String]
    private let lock = ThreadLock()
    private var process: ChildProcess?

    /// - Parameters:
    ///   - configuration: lines of a redis.conf.
    ///   - isSentinel: whether it watches other servers.
    init(_ configuration: [String] = [], port: UInt16 = freePort(), isTLS: Bool = false, isSentinel: Bool = false) {
        self.port = port
        var template = Array("/tmp/switchyard-redis-XXXXXX\0".utf8CString)
        precondition(mkdtemp(&template) != nil)
        directory = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let common = [
            "bind 127.0.0.1", isTLS ? "port 0" : "port \(port)", "dir \(directory)", "enable-debug-command yes",
        ]
        let storing = isSentinel ? [] : ["save \"\"", "appendonly no", "repl-diskless-sync-delay 0"]
        writeFile((common + storing + configuration).joined(separator: "\n") + "\n", to: directory + "/redis.conf")
        arguments = [directory + "/redis.conf"] + (isSentinel ? ["--sentinel"] : [])
        start()
    }

    deinit {
        process?.stop()
        _ = ChildProcess("/bin/rm", ["-rf", directory]).exitStatus()
    }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// Starts it (again), and returns when it listens.
    func start() {
        let process = ChildProcess("/usr/bin/redis-server", arguments)
        lock.withLock { self.process = process }
        for _ in 0..<6000 where !isListening(port) { usleep(10_000) }
    }

    func kill() {
        let process = lock.withLock { () -> ChildProcess? in
            defer { self.process = nil }
            return self.process
        }
        process?.stop()
    }

    func freeze() { lock.withLock { process?.freeze() } }
    func thaw() { lock.withLock { process?.thaw() } }
}

func writeFile(_ text: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    _ = Glibc.write(descriptor, text, text.utf8.count)
    close(descriptor)
}

/// A port that nobody listened on a moment ago.
func freePort() -> UInt16 { LoopbackPort.free() }

/// A socket bound to a free port of loopback.
func boundSocket() -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            precondition(bind(descriptor, $0, length) == 0)
            getsockname(descriptor, $0, &length)
        }
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

func isListening(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port: port)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}

private func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
}
