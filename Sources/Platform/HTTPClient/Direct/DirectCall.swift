internal import HTTPTypes

/// One request on its way over our own transport, until its answer has ended: the part of a transfer that lasts while
/// connections come and go. Used on the loop's thread only.
final class DirectCall: TransferCarrier {
    let request: HTTPClientRequest
    let target: Target
    let transfer: Transfer
    private unowned let home: DirectTransport
    /// Place in `DirectTransport.active`.
    var activeIndex = 0
    /// The connection it has or is getting; `nil` while it waits for one.
    var connection: DirectConnection?
    var deadlines: TransferDeadlines
    /// Until a connection stands.
    var connectBy: Moment?
    /// It was sent once already, over a connection that turned out to be dead.
    var isRepeated = false
    private(set) var isPaused = false

    init(_ request: HTTPClientRequest, to target: Target, for transfer: Transfer, in home: DirectTransport) {
        self.request = request
        self.target = target
        self.transfer = transfer
        self.home = home
        let now = Moment.now
        deadlines = TransferDeadlines(
            start: now, firstByte: request.firstByteTimeout, idle: request.idleTimeout, total: request.totalTimeout)
        connectBy = now + (request.connectTimeout ?? .seconds(300))
    }

    var isOver: Bool { !transfer.isUnderWay }

    // MARK: - Time

    /// The earliest moment at which anything can be too late.
    var nextDeadline: Moment? {
        var next = deadlines.next
        for other in [connectBy, connection?.attemptBy] {
            if let other, next.map({ other < $0 }) ?? true { next = other }
        }
        return next
    }

    /// Ends the call, or the attempt at one of several addresses, if it has taken too long.
    func checkDeadlines(at now: Moment) {
        if let error = deadlines.expired(at: now) { return end(error) }
        if let connectBy, connectBy <= now { return end(.connectTimedOut) }
        if let connection, let attemptBy = connection.attemptBy, attemptBy <= now { connection.tryNextAddress() }
    }

    // MARK: - For the reader

    func pause() {
        isPaused = true
        deadlines.pause()
    }

    func resume() {
        isPaused = false
        deadlines.resume(at: .now)
        home.arm(for: nextDeadline)
        connection?.resume()
    }

    func end(_ error: HTTPClientError) {
        connection?.abandon()
        home.finish(self, .failed(error))
    }

    func expectMilestone(at moment: Moment?) {
        deadlines.milestone = moment
        home.arm(for: moment)
    }
}
