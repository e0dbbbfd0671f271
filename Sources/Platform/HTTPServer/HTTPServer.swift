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
    public var isDraining: Bool { connections?.isDraining ?? false }

    /// Accepts no more connections, closes those that are idle and the others after the answer in hand. Returns when the last
    /// is gone; `close()` makes that now.
    /// - Parameter delay: for so long new connections and requests are still taken, each answer ending its connection: time
    ///   for proxies to send elsewhere. A connection whose last answer promised to keep it is kept so long from then on, as a
    ///   proxy may be about to use it; with a shorter limit of its own it lets go of it first.
    public func drain(after delay: Duration = .zero) async {
        connections?.beginDraining(delay)
        let end = ContinuousClock.now + delay
        while connections != nil, case let left = ContinuousClock.now.duration(to: end), left > .zero {
            try? await Task.sleep(for: min(left, .milliseconds(100)))
        }
        await stopListening()
        guard let connections else { return }
        connections.drain()
        if connections.count > 0 { await withCheckedContinuation { drainers.append($0) } }
        self.connections = nil
    }

    /// Closing a listener resets what waits in its queue, and a proxy that has sent a request on such a connection may not
    /// send it again. So first nobody new gets in, then whoever was at the door is let in, and only then it closes.
    private func stopListening() async {
        guard !listeners.isEmpty else { return }
        for listener in listeners { listener.turnAway() }
        try? await Task.sleep(for: Listener.handshake)
        for listener in listeners { listener.acceptRest() }
        listeners = []
    }

    /// Accepts no more connections and ends all there are; their handlers are cancelled.
    public func close() {
        listeners = []
        connections?.closeAll()
        connections = nil
    }

    func begin(_ request: HTTPRequest, _ exchange: Exchange) {
        exchange.run(in: Task(executorPreference: loop) { await self.handle(request, exchange) })
    }

    /// Isolated to the server, which the closure of a task with a preference is not: so the handler comes back from its
    /// calls, into actors of the loop too, without an enqueue for each.
    private func handle(_ request: HTTPRequest, _ exchange: Exchange) async {
        await handler.handle(request, Reply(exchange))
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
