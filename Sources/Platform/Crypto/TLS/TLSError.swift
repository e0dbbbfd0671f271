/// Why a TLS connection could not be made or goes on no longer. The text is OpenSSL's, for operators.
public enum TLSError: Error, Equatable, Sendable {
    /// The file with the authorities' certificates cannot be read, or holds none.
    case authorities(path: String)
    /// The peer's certificate was refused: expired, of another name, or of an authority that is not trusted.
    case certificate(String)
    /// The peer does not speak TLS, not this version of it, or broke its rules.
    case broken(String)
}

extension TLSError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .authorities(let path): "no certificates could be read from \(path)"
        case .certificate(let reason): "its certificate is not trusted (\(reason))"
        case .broken(let reason): "the TLS connection failed (\(reason))"
        }
    }
}
