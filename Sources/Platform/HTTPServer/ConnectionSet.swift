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
    /// Answers that leave together: one more does not wait for the end of the turn.
    private static let mostDue = 16

    let loop: EventLoop
    let departures: Departures
    /// What was read last, of whatever connection.
    private(set) var scratch = [UInt8](repeating: 0, count: scratchSize)
    var answerHead = AnswerHead()
    private(set) var isDraining = false
    /// How long a connection may be idle while the server drains.
    private(set) var drainTicks = 0

    private let server: HTTPServer
    private var all: [Connection] = []
    private var dueForFlush: [Connection] = []
    private var flushing: [Connection] = []
    private var flushDue: (() -> Void)!
    /// Connections closed in this turn: their events may be the ones that are running.
    private var closed: [Connection] = []
    private var turnEnd: LoopTimer!

    private var settings: ConnectionSettings
    /// Deadlines are counted in ticks, so that a request needs no look at the clock and no timer of its own.
    private var tick = 0
    private var ticker: LoopTimer!

    init(for server: HTTPServer, _ options: HTTPServerOptions) throws(HTTPServerError) {
        guard let departures = Departures(server.loop) else { throw .resources(errno) }
        self.departures = departures
        self.server = server
        loop = server.loop
        settings = ConnectionSettings(options)
        turnEnd = LoopTimer(loop) { [unowned self] in closed.removeAll() }
        flushDue = { [weak self] in self?.flushAll() }
        ticker = LoopTimer(loop) { [unowned self] in endTick() }
    }

    var count: Int { all.count }
    var isFull: Bool { all.count >= settings.maximum }
    var limits: RequestParser.Limits { settings.limits }
    var headerTicks: Int { settings.headerTicks }
    var bodyTicks: Int { settings.bodyTicks }
    var keepAliveTicks: Int { settings.keepAliveTicks }
    var writeTicks: Int { settings.writeTicks }
    var lingerTicks: Int { settings.lingerTicks }
    var firstTicks: Int { settings.firstTicks }

    /// The server's own answer to what is no request.
    func framingErrorBody(
        _ status: Int, _ message: String, _ path: String
    ) -> (headers: HTTPHeaders, body: [UInt8]) {
        settings.framingErrorBody(status, message, path)
    }

    /// New connections and new waits follow these; what waits already ends when it would have.
    func apply(_ options: HTTPServerOptions) {
        let old = settings.tickLength
        settings = ConnectionSettings(options)
        for connection in all { connection.rescale(from: tick, by: old / settings.tickLength) }
        ticker.cancel()
        if !all.isEmpty { ticker.fire(after: settings.tickLength) }
    }

    func add(_ descriptor: Int32, from address: String) {
        let connection = Connection(descriptor, from: address, in: self)
        connection.index = all.count
        all.append(connection)
        if all.count == 1 { ticker.fire(after: settings.tickLength) }
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
        let request = HTTPRequest(head, from: address, at: .now, body: HTTPRequestBody(exchange: exchange))
        server.assumeIsolated { $0.begin(request, exchange) }
    }

    /// Reads into `scratch`.
    /// - Returns: what `recv` does.
    func receive(_ descriptor: Int32) -> Int {
        scratch.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// At the end of the turn, or before that with enough others: between two sends that follow each other at once the
    /// reader on the other side does not fall asleep, and waking it is most of what a send costs.
    func flushSoon(_ connection: Connection) {
        guard !connection.isFlushDue else { return }
        connection.isFlushDue = true
        dueForFlush.append(connection)
        if dueForFlush.count == 1 { loop.atTurnEnd(flushDue) }
        if dueForFlush.count == Self.mostDue { flushAll() }
    }

    /// Every answer from now on ends its connection, and idle ones close after `delay`.
    func beginDraining(_ delay: Duration) {
        isDraining = true
        drainTicks = settings.ticks(delay)
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

    func ticks(_ timeout: Duration) -> Int { settings.ticks(timeout) }

    func deadline(after ticks: Int) -> Int { tick + ticks + 1 }

    private func endTick() {
        tick += 1
        for connection in all {
            if connection.silenceDeadline <= tick {
                connection.silenceDeadline = Self.never
                connection.silenceTimedOut()
            }
            if connection.writeDeadline <= tick {
                connection.close()
            } else if connection.readDeadline <= tick {
                connection.readDeadline = Self.never
                connection.readTimedOut()
            }
        }
        if !all.isEmpty { ticker.fire(after: settings.tickLength) }
    }

    /// Pieces of an answer that were ready together leave together.
    private func flushAll() {
        swap(&dueForFlush, &flushing)
        for connection in flushing {
            connection.isFlushDue = false
            connection.flush()
        }
        flushing.removeAll(keepingCapacity: true)
    }
}
