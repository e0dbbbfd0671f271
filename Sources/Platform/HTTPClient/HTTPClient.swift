public import EventLoop

/// Requests to upstreams over libcurl's connection pool, one client a loop.
///
/// HTTP/2 over TLS where the upstream offers it, HTTP/1.1 otherwise and always in clear text. An HTTP/2 upstream that
/// answers before it has read the request's body may be seen as `reset` (libcurl 7.88 gives up on the stream). No redirect is followed,
/// no cookie kept. A request that a kept connection swallowed is sent again by libcurl on a new one, but for POST and
/// PATCH, which then throw `reset`: the upstream may have acted on them.
public actor HTTPClient {
    nonisolated let loop: EventLoop
    private let options: HTTPClientOptions
    private let proxies: ProxyEnvironment
    private var multi: CurlMulti?
    private var isShutDown = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// May be called anywhere; the environment's proxies are read here.
    public init(loop: EventLoop, options: HTTPClientOptions = HTTPClientOptions()) {
        self.init(loop: loop, options: options, proxies: ProxyEnvironment())
    }

    init(loop: EventLoop, options: HTTPClientOptions, proxies: ProxyEnvironment) {
        self.loop = loop
        self.options = options
        self.proxies = proxies
    }

    deinit {
        // libcurl's sockets and timers belong to the loop's thread. No transfer is under way: a body keeps its client.
        if let multi { loop.execute { multi.shutdown() } }
    }

    /// Sends `request` and waits for the final answer's head.
    /// - Throws: anything but `cut` and `bodyTooLarge`. Cancelling the task ends the transfer at once.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        guard !isShutDown, !Task.isCancelled else { throw .cancelled }
        let multi = try open()
        var transfer = try await begin(request, on: multi)
        // libcurl repeats by itself what it had sent whole; this is for what a dead connection did not even take.
        if case .failed(.reset) = transfer.outcome, transfer.wasOnKeptConnection, request.survivesStaleConnection {
            transfer = try await begin(request, on: multi)
        }
        if case .failed(let error) = transfer.outcome, !transfer.head.isComplete || error == .cancelled { throw error }
        return HTTPClientResponse(
            status: transfer.head.status, headers: transfer.head.headers, body: HTTPClientBody(transfer, of: self),
            connectionReused: transfer.connectionReused, httpVersion: transfer.head.version)
    }

    /// Ends every transfer with `cancelled` and closes every connection. `send` throws `cancelled` from now on.
    public func shutdown() {
        isShutDown = true
        multi?.shutdown()
        multi = nil
    }

    /// How many connections and easy handles there are: what tests count.
    var sizes: CurlMulti.Sizes? { multi?.sizes }

    /// Starts a transfer and waits for its head or its failure.
    private func begin(_ request: HTTPClientRequest, on multi: CurlMulti) async throws(HTTPClientError) -> Transfer {
        let transfer = Transfer(loop: loop, multi: multi, bufferBytes: options.bufferBytes)
        try multi.begin(transfer, request)
        if transfer.isUnderWay && !transfer.head.isComplete { await transfer.wait(for: .head, on: self) }
        return transfer
    }

    private func open() throws(HTTPClientError) -> CurlMulti {
        if let multi { return multi }
        let opened = try CurlMulti(loop: loop, options: options, proxies: proxies)
        multi = opened
        return opened
    }

    // MARK: - For HTTPClientBody

    func next(of transfer: Transfer) async throws(HTTPClientError) -> [UInt8]? {
        while true {
            if Task.isCancelled { transfer.end(.cancelled) }
            switch try transfer.takeUnread() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .nothingYet: await transfer.wait(for: .bytes, on: self)
            }
        }
    }

    func collect(_ transfer: Transfer, upTo limit: Int) async throws(HTTPClientError) -> [UInt8] {
        try transfer.keepWhole(upTo: limit)
        if transfer.isUnderWay {
            if Task.isCancelled { transfer.end(.cancelled) } else { await transfer.wait(for: .end, on: self) }
        }
        if case .failed(let error) = transfer.outcome { throw error }
        guard case .bytes(let bytes) = try transfer.takeUnread() else { return [] }
        return bytes
    }
}
