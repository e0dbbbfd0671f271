internal import Crypto
internal import Glibc

/// Why bytes no longer flow.
enum SocketError: Error, Equatable {
    /// The value is `errno`.
    case system(Int32)
    case tls(TLSError)
    case silent
    /// The peer has closed the connection.
    case ended

    /// What it means when the server at `endpoint` was spoken to.
    func outage(at endpoint: RedisEndpoint, isConnected: Bool) -> RedisOutage {
        switch self {
        case .system(let code) where !isConnected:
            .unreachable(endpoint, reason: String(cString: strerror(code)))
        case .silent where !isConnected: .unreachable(endpoint, reason: "no answer")
        case .silent: .silent(endpoint)
        case .system, .ended: .cut(endpoint)
        case .tls(let error): .tls(endpoint, error)
        }
    }
}
