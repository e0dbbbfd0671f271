public import HTTPTypes

/// One request, whole in memory.
public struct HTTPClientRequest: Sendable {
    public var method: HTTPMethod
    /// `http` or `https`, absolute. User names in it are refused: they would end up in logs.
    public var url: String
    /// Sent as they are, but for those that frame the message (`content-length`, `transfer-encoding`, `connection`,
    /// `keep-alive`, `upgrade`, `te`, `expect`), which are left out: they are the client's own business.
    /// `accept-encoding` is `identity` unless set here.
    public var headers: HTTPHeaders
    /// Empty means none; POST, PUT and PATCH then say `content-length: 0`.
    public var body: [UInt8]
    /// Until a connection stands: name look-up, TCP, proxy, TLS. `nil` is 300 s.
    public var connectTimeout: Duration?
    /// From the call of `send` to the first byte of the final answer's head (a 1xx answer does not count).
    public var firstByteTimeout: Duration?
    /// Silence within the body. Does not run while the transfer is paused because nobody reads.
    public var idleTimeout: Duration?
    /// From the call of `send` to the last byte of the body.
    public var totalTimeout: Duration?
    /// Whether the request is sent once more, whatever its method, when a kept connection ends before a byte of the answer
    /// came. The peer may in rare cases have acted on the first; without this only methods that may be repeated are.
    public var survivesStaleConnection: Bool

    public init(
        method: HTTPMethod, url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        connectTimeout: Duration? = nil, firstByteTimeout: Duration? = nil, idleTimeout: Duration? = nil,
        totalTimeout: Duration? = nil, survivesStaleConnection: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.firstByteTimeout = firstByteTimeout
        self.idleTimeout = idleTimeout
        self.totalTimeout = totalTimeout
        self.survivesStaleConnection = survivesStaleConnection
    }
    /// Whether the message says how long its body is.
    var hasBody: Bool {
        switch method {
        case .post, .put, .patch: true
        case .get, .head, .delete, .options, .other: !body.isEmpty
        }
    }

    /// Whether a second sending does no harm, by its method (RFC 9110, section 9.2.2) or by the caller's word.
    var mayBeRepeated: Bool {
        switch method {
        case .get, .head, .options, .put, .delete: true
        case .post, .patch, .other: survivesStaleConnection
        }
    }
}
