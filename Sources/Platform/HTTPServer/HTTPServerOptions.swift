public import HTTPTypes

/// The limits of one server; each stands for one loop.
public struct HTTPServerOptions: Sendable {
    /// Bytes of the request line and the header fields together; 431 beyond. The target alone may have 16 KB; 414 beyond.
    public var maxHeaderBytes = 65_536
    /// Bytes of a request's content; 413 beyond.
    public var maxBodyBytes = 67_108_864
    /// From the first byte of a request, or from the connection's start, to the end of its header fields; 408 beyond.
    public var headerTimeout = Duration.seconds(10)
    /// Between two pieces of a body that is being asked for.
    public var bodyIdleTimeout = Duration.seconds(30)
    /// Between two requests of one connection.
    public var keepAliveTimeout = Duration.seconds(75)
    /// For a client that takes none of an answer's bytes.
    public var writeIdleTimeout = Duration.seconds(60)
    /// Beyond this many, new connections wait in the listener's queue until one ends.
    public var maxConnections = 20_000
    /// The header fields and the body of an answer the server gives by itself.
    public typealias OwnAnswer =
        @Sendable (_ status: Int, _ message: String, _ path: String) -> (
            headers: HTTPHeaders, body: [UInt8]
        )
    /// `path` is the request's as far as it has come; it may be empty.
    public var framingErrorBody: OwnAnswer

    public init(
        framingErrorBody: @escaping OwnAnswer = { status, message, _ in
            (["content-type": "text/plain; charset=utf-8"], Array("\(status) \(message)\n".utf8))
        }
    ) {
        self.framingErrorBody = framingErrorBody
    }
}
