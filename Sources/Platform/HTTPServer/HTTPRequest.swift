public import HTTPTypes

/// A request whose head has come; its body may still be on its way. An object, as it goes through many hands.
public final class HTTPRequest: Sendable {
    public let method: HTTPMethod
    /// As sent: `/path?query`, `http://host/path?query`, or `*` with OPTIONS.
    public let target: String
    /// As sent, percent-encoding included, up to the `?`.
    public let path: String
    /// As sent, after the `?`.
    public let query: String?
    /// 0 or 1.
    public let minorVersion: Int
    public let headers: HTTPHeaders
    /// The peer's IP address without port; an IPv4 address mapped into IPv6 is given as IPv4.
    public let remoteAddress: String
    /// When the last byte of the head was read.
    public let receivedAt: ContinuousClock.Instant
    public let body: HTTPRequestBody

    init(
        _ head: consuming RequestHead, from remoteAddress: String, at receivedAt: ContinuousClock.Instant,
        body: HTTPRequestBody
    ) {
        method = head.method
        target = head.target
        path = head.path
        query = head.query
        minorVersion = head.minorVersion
        headers = head.headers
        self.remoteAddress = remoteAddress
        self.receivedAt = receivedAt
        self.body = body
    }
}
