internal import CEvent
internal import EventLoop
internal import Glibc
internal import HTTPTypes

/// The open connections of one server, and what they share: the buffers, the clock, the end of the turn.
///
/// `@unchecked Sendable`: every member is only touched on the thread of `loop`.
final class ConnectionSet: @unchecked Sendable {
    /// A deadline that does not come.
    static let never = Int.max
    private static let scratchSize = 65_536

    let loop: EventLoop
    let limits: RequestParser.Limits
    let framingErrorBody: @Sendable (Int, String) -> (headers: HTTPHeaders, body: [UInt8])
    let departures: Departures
    /// What was read last, of whatever connection.
    private(set) var scratch = [UInt8](repeating: 0, count: scratchSize)
    var answerHead = AnswerHead()
    private(set) var isDraining = false
    /// How long a connection may be idle while the server drains.
    private(set) var drainTicks = 0

    private let server: HTTPServer
    private let maximum: Int
    private var all: [Connection] = []
    private var dueForFlush: [Connection] = []
    /// Connections closed in this turn: their events may be the ones that are running.
    private var closed: [Connection] = []
    private var turnEnd: LoopTimer!

    /// Deadlines are counted in ticks, so that a request needs no look at the clock and no timer of its own.
    private let tickLength: Duration
    private var tick = 0
    private var ticker: LoopTimer!
    let headerTicks, bodyTicks, keepAliveTicks, writeTicks, lingerTicks, firstTicks: Int

    init(for server: HTTPServer, _ options: HTTPServerOptions) throws(HTTPServerError) {
        guard let departures = Departures(server.loop) else { throw .resources(errno) }
        self.departures = departures
        self.server = server
        loop = server.loop
        limits = RequestParser.Limits(headerBytes: options.maxHeaderBytes, bodyBytes: options.maxBodyBytes)
        framingErrorBody = options.framingErrorBody
        maximum = options.maxConnections
        let timeouts = [
            options.headerTimeout, options.bodyIdleTimeout, options.keepAliveTimeout, options.writeIdleTimeout,
        ]
        let length = max(min(timeouts.min()! / 8, .seconds(1)), .milliseconds(10))
        tickLength = length
        func ticks(_ timeout: Duration) -> Int { Self.ticks(timeout, length) }
        headerTicks = ticks(options.headerTimeout)
        bodyTicks = ticks(options.bodyIdleTimeout)
        keepAliveTicks = ticks(options.keepAliveTimeout)
        writeTicks = ticks(options.writeIdleTimeout)
        lingerTicks = ticks(.seconds(5))
        firstTicks = ticks(.seconds(1))
        turnEnd = LoopTimer(loop) { [unowned self] in endTurn() }
        ticker = LoopTimer(loop) { [unowned self] in endTick() }
    }

    private static func ticks(_ timeout: Duration, _ length: Duration) -> Int {
        Int((timeout / length).rounded(.up))
    }

    private func ticks(_ timeout: Duration) -> Int { Self.ticks(timeout, tickLength) }

    var count: Int { all.count }
    var isFull: Bool { all.count >= maximum }

    func add(_ descriptor: Int32, from address: String) {
        let connection = Connection(descriptor, from: address, in: self)
        connection.index = all.count
        all.append(connection)
        if all.count == 1 { ticker.fire(after: tickLength) }
    }

    func remove(_ connection: Connection) {
        let wasFull = isFull
        let last = all.removeLast()
        if last !== connection {
            last.index = connection.index
            all[last.index] = last
        }
        closed.append(connection)
        turnEnd.fire(after: .zero)
        if all.isEmpty || wasFull { server.assumeIsolated { $0.connectionEnded() } }
    }

    func begin(_ exchange: Exchange, _ head: consuming RequestHead, from address: String) {
        let request = HTTPRequest(
            method: head.method, target: head.target, path: head.path, query: head.query,
            minorVersion: head.minorVersion, headers: head.headers, remoteAddress: address,
            receivedAt: ContinuousClock.now, body: HTTPRequestBody(exchange: exchange))
        server.assumeIsolated { $0.begin(request, exchange) }
    }

    /// Reads into `scratch`.
    /// - Returns: what `recv` does.
    func receive(_ descriptor: Int32) -> Int {
        scratch.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    }

    func flushSoon(_ connection: Connection) {
        guard !connection.isFlushDue else { return }
        connection.isFlushDue = true
        dueForFlush.append(connection)
        if dueForFlush.count == 1 { turnEnd.fire(after: .zero) }
    }

    /// Every answer from now on ends its connection, and idle ones close after `delay`.
    func beginDraining(_ delay: Duration) {
        isDraining = true
        drainTicks = ticks(delay)
        for connection in all where connection.phase == .idle { connection.boundIdle(drainTicks) }
    }

    /// Without a delay idle connections close now. The others do after the answer in hand.
    func drain() {
        for connection in all where connection.phase == .idle { connection.endIdle() }
    }

    func closeAll() {
        for connection in all { connection.close() }
    }

    // MARK: - Time

    func deadline(after ticks: Int) -> Int { tick + ticks + 1 }

    private func endTick() {
        tick += 1
        for connection in all {
            if connection.writeDeadline <= tick {
                connection.close()
            } else if connection.readDeadline <= tick {
                connection.readDeadline = Self.never
                connection.readTimedOut()
            }
        }
        if !all.isEmpty { ticker.fire(after: tickLength) }
    }

    private func endTurn() {
        let due = dueForFlush
        dueForFlush.removeAll(keepingCapacity: true)
        for connection in due {
            connection.isFlushDue = false
            connection.flush()
        }
        closed.removeAll()
    }
}
