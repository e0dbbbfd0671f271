/// What holds for every request of one client.
public struct HTTPClientOptions: Sendable {
    /// Connections to one host and port at a time; a request beyond them waits for its turn. `nil` is no bound.
    public var maxConnectionsPerHost: Int?
    /// Connections kept open without a request, all hosts together.
    public var maxIdleConnections: Int
    /// How long a connection is kept without a request.
    public var idleConnectionLifetime: Duration
    /// Requests that one HTTP/2 connection carries at a time. One, because libcurl 7.88 can stop a whole connection when
    /// one of its streams is paused, so a reader that is slow or hostile would hold up strangers.
    public var streamsPerConnection: Int
    /// Path of a PEM file with the certificate authorities to trust; `nil` is the system's bundle.
    public var caBundle: String?
    /// Sent as `user-agent` unless the request brings its own.
    public var userAgent: String
    /// How many bytes of a body may wait for their reader before the transfer is paused. What libcurl and the kernel
    /// hold comes on top.
    public var bufferBytes: Int

    public init(
        maxConnectionsPerHost: Int? = nil, maxIdleConnections: Int = 1000,
        idleConnectionLifetime: Duration = .seconds(100), streamsPerConnection: Int = 1, caBundle: String? = nil,
        userAgent: String = "switchyard", bufferBytes: Int = 64 * 1024
    ) {
        self.maxConnectionsPerHost = maxConnectionsPerHost
        self.maxIdleConnections = maxIdleConnections
        self.idleConnectionLifetime = idleConnectionLifetime
        self.streamsPerConnection = streamsPerConnection
        self.caBundle = caBundle
        self.userAgent = userAgent
        self.bufferBytes = bufferBytes
    }
}
