internal import EventLoop
internal import Glibc
internal import HTTPTypes

/// HTTP/1.1 in clear text without libcurl, which costs a gateway more than the rest of a request: calls, the connections
/// kept for the next ones, and one timer for all of them.
///
/// `@unchecked Sendable`: every member is only touched on the thread of `loop`.
final class DirectTransport: @unchecked Sendable {
    private static let scratchSize = 65_536
    /// URLs remembered; beyond them all are forgotten.
    private static let targetCapacity = 4096
    /// The timer looks at every call, so it does not look more often than this.
    private static let timerGrain = Duration.milliseconds(5)
    /// Requests that leave together: one more does not wait for the end of the turn.
    private static let mostDue = 16

    let loop: EventLoop
    let resolver: AddressResolver
    private let options: HTTPClientOptions
    private let proxies: ProxyEnvironment

    private var targets: [String: Target] = [:]
    private var origins: [String: Origin] = [:]
    private(set) var active: [DirectCall] = []
    private var keptCount = 0
    private var openCount = 0
    private var isShutDown = false
    private var dueToSend: [DirectConnection] = []
    private var sendDue: (() -> Void)!

    private var timer: LoopTimer!
    private var armedFor: Moment?

    /// What was read last, of whatever connection.
    private(set) var scratch = [UInt8](repeating: 0, count: scratchSize)
    private var headWriter: RequestHeadWriter
    /// The call whose head `headWriter` holds.
    private var composed: ObjectIdentifier?

    init(loop: EventLoop, options: HTTPClientOptions, proxies: ProxyEnvironment) {
        self.loop = loop
        self.options = options
        self.proxies = proxies
        resolver = AddressResolver(loop)
        headWriter = RequestHeadWriter(userAgent: options.userAgent)
        sendDue = { [weak self] in self?.sendAll() }
        timer = LoopTimer(loop) { [unowned self] in checkDeadlines() }
    }

    // MARK: - Which requests are ours

    /// Where the request goes; `nil` if that is libcurl's business: TLS, a proxy, a URL that needs interpretation, an
    /// encoding that was asked for.
    func target(of request: HTTPClientRequest) -> Target? {
        guard !request.headers.contains("accept-encoding") else { return nil }
        if let known = targets[request.url] { return known }
        guard let url = PlainURL(request.url), proxies.isCertainlyDirect(url.host) else { return nil }
        if targets.count >= Self.targetCapacity {
            targets = [:]
            origins = origins.filter { $0.value.openCount > 0 }
        }
        let origin = origins[url.authority] ?? Origin(url)
        origins[url.authority] = origin
        let target = Target(url, at: origin)
        targets[request.url] = target
        return target
    }

    // MARK: - Calls

    /// Starts `request` for `transfer`. Its outcome comes through `Transfer.finish`, perhaps before this returns.
    func begin(_ transfer: Transfer, _ request: HTTPClientRequest, to target: Target) throws(HTTPClientError) {
        guard !isShutDown else { throw .cancelled }
        try headWriter.compose(request, to: target)
        let call = DirectCall(request, to: target, for: transfer, in: self)
        composed = ObjectIdentifier(call)
        call.activeIndex = active.count
        active.append(call)
        transfer.carrier = call
        connect(call)
        if !call.isOver { arm(for: call.nextDeadline) }
    }

    /// Gives a call a connection: one that is kept, or a new one, or its place in the queue.
    func connect(_ call: DirectCall) {
        let origin = call.target.origin
        if !call.isRepeated, let connection = takeKept(origin, for: call) { return connection.serve(call) }
        if let limit = options.maxConnectionsPerHost, origin.openCount >= limit { return origin.enqueue(call) }
        origin.openCount += 1
        openCount += 1
        DirectConnection(to: origin, in: self).open(for: call)
    }

    /// The call's head as it travels; the buffer is used again for the next.
    func head(of call: DirectCall) throws(HTTPClientError) -> [UInt8] {
        if composed != ObjectIdentifier(call) {
            try headWriter.compose(call.request, to: call.target)
            composed = ObjectIdentifier(call)
        }
        return headWriter.bytes
    }

    func finish(_ call: DirectCall, _ outcome: Transfer.Outcome) {
        guard !call.isOver else { return }
        let last = active.removeLast()
        if last !== call {
            active[call.activeIndex] = last
            last.activeIndex = call.activeIndex
        }
        call.connection = nil
        call.transfer.finish(outcome)
    }

    /// Ends every call, closes every connection.
    func shutdown() {
        isShutDown = true
        for call in active { call.end(.cancelled) }
        for origin in origins.values { for connection in origin.kept { connection.close() } }
        resolver.forget()
        timer = nil
    }

    var sizes: HTTPClient.Sizes { HTTPClient.Sizes(active: active.count, sockets: openCount) }

    // MARK: - Connections

    /// The one that was used last. Whoever minds a second sending gets one whose end has not come unseen.
    private func takeKept(_ origin: Origin, for call: DirectCall) -> DirectConnection? {
        while let connection = origin.kept.popLast() {
            keptCount -= 1
            if call.request.mayBeRepeated || !connection.hasNews { return connection }
            connection.close()
        }
        return nil
    }

    /// A connection has served its call.
    func release(_ connection: DirectConnection) {
        if let call = connection.origin.nextWaiting() { return connection.serve(call) }
        guard !isShutDown, options.maxIdleConnections > 0 else { return connection.close() }
        if keptCount >= options.maxIdleConnections {
            origins.values.max { $0.kept.count < $1.kept.count }?.kept.first?.close()
        }
        connection.isKept = true
        connection.keptUntil = .now + options.idleConnectionLifetime
        connection.origin.kept.append(connection)
        keptCount += 1
        arm(for: connection.keptUntil)
    }

    func closed(_ connection: DirectConnection) {
        let origin = connection.origin
        if connection.isKept {
            origin.remove(kept: connection)
            keptCount -= 1
        }
        origin.openCount -= 1
        openCount -= 1
        if !isShutDown, let call = origin.nextWaiting() { connect(call) }
    }

    /// At the end of the turn, or before that with enough others: between two sends that follow each other at once the
    /// reader on the other side does not fall asleep, and waking it is most of what a send costs.
    func sendSoon(_ connection: DirectConnection) {
        dueToSend.append(connection)
        if dueToSend.count == 1 { loop.atTurnEnd(sendDue) }
        if dueToSend.count == Self.mostDue { sendAll() }
    }

    private func sendAll() {
        for connection in dueToSend where !connection.isClosed { connection.sendRest() }
        dueToSend.removeAll(keepingCapacity: true)
    }

    /// Reads at most `room` bytes into `scratch`.
    /// - Returns: what `recv` does.
    func receive(_ descriptor: Int32, room: Int) -> Int {
        scratch.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, min(room, $0.count), 0) }
    }

    // MARK: - Time

    /// Sees to it that the deadlines are looked at then. Moving one later, or taking it away, costs nothing.
    func arm(for moment: Moment?) {
        guard let moment, !isShutDown else { return }
        if let armedFor, armedFor <= moment { return }
        armedFor = moment
        timer.fire(after: max(moment - .now, .milliseconds(1)))
    }

    private func checkDeadlines() {
        armedFor = nil
        let now = Moment.now
        var next: Moment?
        func note(_ moment: Moment?) { if let moment, next.map({ moment < $0 }) ?? true { next = moment } }
        var late: [DirectCall] = []
        for call in active {
            guard let deadline = call.nextDeadline else { continue }
            if deadline <= now { late.append(call) } else { note(deadline) }
        }
        for call in late where !call.isOver {
            call.checkDeadlines(at: now)
            if !call.isOver { note(call.nextDeadline) }
        }
        for origin in origins.values {
            while let oldest = origin.kept.first, oldest.keptUntil <= now { oldest.close() }
            note(origin.kept.first?.keptUntil)
        }
        if let next { arm(for: max(next, now + Self.timerGrain)) }
    }
}
