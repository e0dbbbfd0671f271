import EventLoop
import GatewayTypes
import Glibc
import RedisClient
import Telemetry
import Testing
import Threading

@testable import ClusterState

/// Nodes that share cooldowns over one Redis of their own.
///
/// `@unchecked Sendable`: `process` is guarded by `lock`.
final class CooldownNodes: @unchecked Sendable {
    struct Node {
        let cooldowns: SharedCooldowns
        let client: RedisClient
        let subscription: RedisSubscription
    }

    let port: UInt16
    let loop: EventLoop
    private let directory = TemporaryDirectory()
    private let lock = ThreadLock()
    private var process: pid_t?

    init() throws {
        port = Self.freePort()
        loop = try EventLoop.start(name: "cooldowns")
        startRedis()
    }

    deinit {
        killRedis()
        loop.stop()
    }

    /// A node that has heard everything so far.
    func add(_ name: String) async throws -> Node {
        let settings = try RedisSettings(url: "redis://127.0.0.1:\(port)")
        let client = RedisClient(loop: loop, settings: settings)
        let subscription = RedisSubscription(loop: loop, settings: settings)
        let cooldowns = SharedCooldowns(node: name, client: client) { Int64(WallClock.now()) }
        await cooldowns.start(subscription)
        let node = Node(cooldowns: cooldowns, client: client, subscription: subscription)
        try await until { await subscription.isListening && client.isUp }
        return node
    }

    func end(_ nodes: Node...) async {
        for node in nodes {
            await node.subscription.close()
            await node.client.close()
        }
    }

    func startRedis() {
        let words = [
            "/usr/bin/redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", directory.path,
        ]
        let pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
        // What this process holds open (locks, other tests' sockets) is not the server's.
        for descriptor: Int32 in 3..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var id = pid_t()
        precondition(posix_spawn(&id, words[0], &actions, nil, pointers, nil) == 0, "cannot start redis-server")
        lock.withLock { process = id }
        for _ in 0..<1000 where !isListening { usleep(5000) }
    }

    /// Redis is gone, and its memory with it.
    func killRedis() {
        let id = lock.withLock { () -> pid_t? in
            defer { process = nil }
            return process
        }
        guard let id else { return }
        kill(id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
    }

    private var isListening: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return Self.with(port) { connect(descriptor, $0, $1) == 0 }
    }

    private static func freePort() -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        _ = with(0) { bind(descriptor, $0, $1) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func with<Result>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
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

/// Asks again and again until it is so: a mirror has no event for a test to wait for.
func until(_ isSo: () async -> Bool) async throws {
    for _ in 0..<4000 {
        if await isSo() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come to pass within twenty seconds")
}
