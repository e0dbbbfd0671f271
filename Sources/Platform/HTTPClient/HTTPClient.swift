public import EventLoop

/// Requests to upstreams over kept connections, one client a loop: clear text over a transport of our own, TLS and proxies
/// over libcurl's.
///
/// HTTP/2 over TLS where the upstream offers it, HTTP/1.1 otherwise and always in clear text. An HTTP/2 upstream that
/// answers before it has read the request's body may be seen as `reset` (libcurl 7.88 gives up on the stream). No redirect
/// is followed, no cookie kept. A request that a kept connection swallowed is sent again on a new one, but for POST and
/// PATCH, which then throw `reset` unless `survivesStaleConnection`: the upstream may have acted on them.
public actor HTTPClient {
    nonisolated let loop: EventLoop
    private let options: HTTPClientOptions
    private let proxies: ProxyEnvironment
    private let transports: Transports
    private var direct: DirectTransport?
    private var multi: CurlMulti?
    private var isShutDown = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// May be called anywhere; the environment's proxies are read here.
    public init(loop: EventLoop, options: HTTPClientOptions = HTTPClientOptions()) {
        self.init(loop: loop, options: options, proxies: ProxyEnvironment())
    }

    /// Which transports a client may use; other than both only for tests.
    enum Transports: Sendable {
        case both
        case libcurlOnly
    }

    init(
        loop: EventLoop, options: HTTPClientOptions, proxies: ProxyEnvironment, transports: Transports = .both
    ) {
        self.transports = transports
        self.loop = loop
        self.options = options
        self.proxies = proxies
    }

    deinit {
        // Sockets and timers belong to the loop's thread. No transfer is under way: a body keeps its client.
        if let multi { loop.execute { multi.shutdown() } }
        if let direct { loop.execute { direct.shutdown() } }
    }

    /// Sends `request` and waits for the final answer's head.
    /// - Throws: anything but `cut` and `bodyTooLarge`. Cancelling the task ends the transfer at once.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        guard !isShutDown, !Task.isCancelled else { throw .cancelled }
        var transfer = try await begin(request)
        // libcurl repeats by itself what it had sent whole; this is for what a dead connection did not even take.
        if case .failed(.reset) = transfer.outcome, transfer.wasOnKeptConnection, request.survivesStaleConnection {
            transfer = try await begin(request)
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
        direct?.shutdown()
        direct = nil
    }

    struct Sizes: Sendable, Equatable {
        var active: Int
        var sockets: Int
    }

    /// How many transfers and sockets there are: what tests count.
    var sizes: Sizes {
        let all = [direct?.sizes, multi?.sizes].compactMap { $0 }
        return Sizes(active: all.reduce(0) { $0 + $1.active }, sockets: all.reduce(0) { $0 + $1.sockets })
    }

    /// Starts a transfer and waits for its head or its failure.
    private func begin(_ request: HTTPClientRequest) async throws(HTTPClientError) -> Transfer {
        let transfer = Transfer(loop: loop, bufferBytes: options.bufferBytes)
        if transports == .both, let target = openDirect().target(of: request) {
            try openDirect().begin(transfer, request, to: target)
        } else {
            try open().begin(transfer, request)
        }
        if transfer.isUnderWay && !transfer.head.isComplete { await transfer.wait(for: .head, on: self) }
        return transfer
    }

    private func open() throws(HTTPClientError) -> CurlMulti {
        if let multi { return multi }
        let opened = try CurlMulti(loop: loop, options: options, proxies: proxies)
        multi = opened
        return opened
    }

    private func openDirect() -> DirectTransport {
        if let direct { return direct }
        let opened = DirectTransport(loop: loop, options: options, proxies: proxies)
        direct = opened
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

    func pour(_ transfer: Transfer, into sink: any HTTPBodySink) async throws(HTTPClientError) -> Bool {
        while true {
            if Task.isCancelled { transfer.end(.cancelled) }
            switch try transfer.takeUnread() {
            case .bytes(let bytes): guard sink.take(bytes) else { return false }
            case .end: return true
            case .nothingYet: guard await transfer.pour(into: sink, on: self) else { return false }
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
