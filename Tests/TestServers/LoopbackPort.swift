internal import Glibc
internal import Threading

/// Ports for servers that tests start, stop and start again on the port that everybody knows.
public enum LoopbackPort {
    private static let given = Locked<Set<UInt16>>([])

    /// A port that nobody has, and that this process is not given again. It lies below those that the kernel gives to
    /// outgoing connections: one of these could take it while nobody listens, and a client that keeps trying to reach it
    /// may even connect to itself.
    public static func free() -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 20_000..<32_768)
            let isNew = given.withLock { $0.insert(port).inserted }
            if isNew, isFree(port) { return port }
        }
        return 0
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
