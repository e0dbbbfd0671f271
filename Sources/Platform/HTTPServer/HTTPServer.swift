public import EventLoop

/// An HTTP/1.1 server on one loop: strict about what a request is, streaming both ways, with back-pressure both ways. One
/// per loop; several may listen at one address. Lives until `close()` or the end of `drain()`.
public actor HTTPServer {
    public nonisolated let loop: EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private var options: HTTPServerOptions
    private let handler: any HTTPHandler
    private var listeners: [Listener] = []
    private var connections: ConnectionSet?
    private var drainers: [CheckedContinuation<Void, Never>] = []

    public init(loop: EventLoop, options: HTTPServerOptions, handler: any HTTPHandler) {
        self.loop = loop
        self.options = options
        self.handler = handler
    }

    /// Accepts connections at an IPv4 or IPv6 address, given in text.
    /// - Parameter port: 0 for one that is free.
    /// - Returns: the port.
    public func listen(host: String, port: UInt16) throws(HTTPServerError) -> UInt16 {
        guard let address = SocketAddress(host: host, port: port) else { throw .badAddress }
        let connections = try openSet()
        let listener = try Listener(at: address, for: connections)
        listeners.append(listener)
        return listener.port
    }

    /// Takes over other limits. Requests in hand keep what they began under; deadlines that run already end when they would
    /// have.
    public func apply(_ options: HTTPServerOptions) {
        self.options = options
        guard let connections else { return }
        connections.apply(options)
        for listener in listeners { listener.resume() }
    }

    private func openSet() throws(HTTPServerError) -> ConnectionSet {
        if let connections { return connections }
        let connections = try ConnectionSet(for: self, options)
        self.connections = connections
        return connections
    }

    public var openConnections: Int { connections?.count ?? 0 }

    /// Accepts no more connections, closes those that are idle and the others after the answer in hand. Returns when the last
    /// is gone; `close()` makes that now.
    public func drain() async {
        listeners = []
        guard let connections else { return }
        connections.drain()
        if connections.count > 0 { await withCheckedContinuation { drainers.append($0) } }
        self.connections = nil
    }

    /// Accepts no more connections and ends all there are; their handlers are cancelled.
    public func close() {
        listeners = []
        connections?.closeAll()
        connections = nil
    }

    /// A task that is isolated to the server costs one enqueue, and its calls into the loop's actors none.
    func begin(_ request: HTTPRequest, _ exchange: Exchange) {
        exchange.run(
            in: Task(executorPreference: loop) {
                await self.handler.handle(request, Reply(exchange))
            })
    }

    /// There is room for another connection, or there are none left.
    func connectionEnded() {
        for listener in listeners { listener.resume() }
        guard connections?.count == 0 else { return }
        let waiting = drainers
        drainers = []
        for drainer in waiting { drainer.resume() }
    }
}
