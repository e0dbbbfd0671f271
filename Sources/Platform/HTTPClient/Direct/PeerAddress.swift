internal import CCurl  // with it the system's socket constants
internal import Glibc

/// An address that a connection can be made to.
struct PeerAddress: Sendable {
    private var storage = sockaddr_storage()
    private let length: socklen_t
    var family: Int32 { Int32(storage.ss_family) }

    private init?(_ info: addrinfo) {
        guard let address = info.ai_addr, Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size else {
            return nil
        }
        length = info.ai_addrlen
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
        }
    }

    /// Why a name has no address, in the system's words.
    struct Failure: Error, Equatable {
        var text: String
    }

    /// The addresses of a host, in the order to try them (RFC 6724). Blocks unless `isLiteral`.
    /// - Parameter isLiteral: the host is an address and not a name.
    static func all(of host: String, port: UInt16, isLiteral: Bool) throws(Failure) -> [PeerAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (isLiteral ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &first)
        guard status == 0 else { throw Failure(text: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(first) }
        var found: [PeerAddress] = []
        var next = first
        while let info = next {
            if let address = PeerAddress(info.pointee) { found.append(address) }
            next = info.pointee.ai_next
        }
        guard !found.isEmpty else { throw Failure(text: "no address") }
        return found
    }

    /// `connect(2)`.
    func connect(_ descriptor: Int32) -> Int32 {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, length) }
        }
    }
}
