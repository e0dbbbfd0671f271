internal import Glibc

/// An address that a socket can connect to.
struct ResolvedAddress: Sendable {
    private let storage: sockaddr_storage
    private let length: socklen_t

    private init(_ info: addrinfo) {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
        }
        self.storage = storage
        length = info.ai_addrlen
    }

    var family: Int32 { Int32(storage.ss_family) }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Every address of a host, in the system's order of preference. Blocks when names must be asked for.
    /// - Parameter isLiteral: take addresses only, which never blocks.
    static func find(_ endpoint: RedisEndpoint, isLiteral: Bool = false) -> Result<[ResolvedAddress], RedisOutage> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (isLiteral ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(endpoint.host, String(endpoint.port), &hints, &first)
        guard status == 0 else {
            return .failure(.unknownHost(endpoint.host, reason: String(cString: gai_strerror(status))))
        }
        defer { freeaddrinfo(first) }
        return .success(
            sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { $0 }.map { ResolvedAddress($0.pointee) })
    }
}
