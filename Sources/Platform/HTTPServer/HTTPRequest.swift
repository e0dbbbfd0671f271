public import HTTPTypes

/// A request whose head has come; its body may still be on its way.
public struct HTTPRequest: Sendable {
    public var method: HTTPMethod
    /// As sent: `/path?query`, `http://host/path?query`, or `*` with OPTIONS.
    public var target: String
    /// As sent, percent-encoding included, up to the `?`.
    public var path: String
    /// As sent, after the `?`.
    public var query: String?
    /// 0 or 1.
    public var minorVersion: Int
    public var headers: HTTPHeaders
    /// The peer's IP address without port; an IPv4 address mapped into IPv6 is given as IPv4.
    public var remoteAddress: String
    /// When the last byte of the head was read.
    public var receivedAt: ContinuousClock.Instant
    public let body: HTTPRequestBody
}
