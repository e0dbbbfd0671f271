/// Why a request has no answer, or its body no end. Texts are for operators and logs: they name hosts and
/// certificates, never a URL's path or query, a header, or a body.
public enum HTTPClientError: Error, Sendable, Equatable {
    /// Not an absolute `http` or `https` URL, or one with a user name.
    case invalidURL
    /// The host's (or proxy's) name has no address.
    case resolve(String)
    /// The peer answered the connection attempt with a reset.
    case refused
    /// No connection for another reason: no route, a proxy that says no, no descriptors left.
    case connect(String)
    case connectTimedOut
    case firstByteTimedOut
    case idleTimedOut
    case totalTimedOut
    /// The handshake failed, or the certificate is not to be trusted.
    case tls(String)
    /// The connection (or HTTP/2 stream) ended after the request was sent and before a whole head had come.
    case reset
    /// The body ended early.
    case cut
    /// The message breaks HTTP: mostly the answer, or a request header that holds control characters.
    case protocolViolation(String)
    /// The body is longer than `collect(upTo:)` was told to take.
    case bodyTooLarge
    /// The task was cancelled, the body dropped, or the client shut down.
    case cancelled

    /// Whether the upstream may have seen the request; `false` only when it certainly has not.
    public var requestWasSent: Bool {
        switch self {
        case .invalidURL, .resolve, .refused, .connect, .connectTimedOut, .tls: false
        case .firstByteTimedOut, .idleTimedOut, .totalTimedOut, .reset, .cut, .protocolViolation, .bodyTooLarge,
            .cancelled:
            true
        }
    }

    /// One line for operators.
    public var text: String {
        switch self {
        case .invalidURL: "the URL cannot be used"
        case .resolve(let reason): "name look-up failed: \(reason)"
        case .refused: "connection refused"
        case .connect(let reason): "no connection: \(reason)"
        case .connectTimedOut: "no connection in time"
        case .firstByteTimedOut: "no answer in time"
        case .idleTimedOut: "silence within the body for too long"
        case .totalTimedOut: "the whole exchange took too long"
        case .tls(let reason): "TLS failed: \(reason)"
        case .reset: "the connection ended before the answer's head"
        case .cut: "the body ended early"
        case .protocolViolation(let reason): "broken HTTP: \(reason)"
        case .bodyTooLarge: "the body is too large"
        case .cancelled: "cancelled"
        }
    }
}
