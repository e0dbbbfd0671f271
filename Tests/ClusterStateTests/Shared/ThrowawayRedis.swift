import Glibc
import RedisClient
import TestServers
import Threading

/// A redis-server of its own on loopback that keeps nothing on disk, killed at the end.
///
/// `@unchecked Sendable`: `process` is guarded by `lock`.
final class ThrowawayRedis: @unchecked Sendable {
    let port: UInt16
    private let directory: TemporaryDirectory
    private let lock = ThreadLock()
    private var process: pid_t?

    init() {
        directory = TemporaryDirectory()
        port = LoopbackPort.free()
        start()
    }

    deinit { kill() }

    var settings: RedisSettings { try! RedisSettings(url: "redis://127.0.0.1:\(port)") }

    /// Starts it (again), and returns when it listens.
    func start() {
        let words = [
            "/usr/bin/redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", directory.path,
        ]
        let pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
        // Above all no lock that whoever runs the tests holds.
        for other: Int32 in 3..<256 { posix_spawn_file_actions_addclose(&actions, other) }
        var id = pid_t()
        precondition(posix_spawn(&id, words[0], &actions, nil, pointers, nil) == 0, "cannot start redis-server")
        lock.withLock { process = id }
        for _ in 0..<12_000 where !isListening { usleep(5000) }
    }

    /// Ends it at once; its memory is lost.
    func kill() {
        let id = lock.withLock { () -> pid_t? in
            defer { process = nil }
            return process
        }
        guard let id else { return }
        Glibc.kill(id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
    }

    /// It stays, and answers nothing.
    func freeze() { _ = lock.withLock { process.map { Glibc.kill($0, SIGSTOP) } } }
    func thaw() { _ = lock.withLock { process.map { Glibc.kill($0, SIGCONT) } } }

    private var isListening: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return Self.with(port: port) { connect(descriptor, $0, $1) == 0 }
    }

    private static func with<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
