internal import CEvent
internal import EventLoop
internal import Glibc

/// One client's connection: reads requests, one exchange at a time, and writes answers in order. Confined to its loop.
///
/// `@unchecked Sendable`: every member is only touched on the thread of `home.loop`.
final class Connection: @unchecked Sendable {
    enum Phase: Equatable {
        /// No byte of the next request has come.
        case idle
        case head
        /// A handler has the request.
        case exchange
        /// The answer is given; the rest of the request's body, at most that many bytes, is read and dropped.
        case draining(allowance: Int)
        /// The connection closes as soon as everything is sent.
        case closing
        /// Everything is sent and said to be; what still comes is dropped, so that the client can read the answer.
        case lingering
        case closed
    }

    /// Bytes of later requests that are read while an answer is awaited; also what is read of a body nobody wants.
    static let spare = 65_536
    /// Bytes of a body that is sent from where it lies, and not copied behind its head.
    static let longAnswer = 16_384

    let descriptor: Int32
    let remoteAddress: String
    let home: ConnectionSet
    /// Where `home` keeps the connection.
    var index = 0

    var phase = Phase.idle
    var exchange: Exchange?
    var parser: RequestParser
    var decoder = BodyDecoder.complete
    /// The client waits for `100 Continue` before it sends the body.
    var owesContinue = false
    var hasLeft = false
    /// Its first request has not come.
    var isNew = true

    /// What was read before it was due, from `inboxStart` on.
    var inbox: [UInt8] = []
    var inboxStart = 0
    /// What could not be sent yet, from `outboxStart` on.
    var outbox: [UInt8] = []
    var outboxStart = 0
    var isFlushDue = false

    /// The ticks of `home` at which the client has been waited for too long.
    var readDeadline = ConnectionSet.never
    var writeDeadline = ConnectionSet.never
    /// The tick at which a stream's body has been silent for too long.
    var silenceDeadline = ConnectionSet.never

    private var reader: DescriptorEvent!
    private var writer: DescriptorEvent?
    private var isReading = true

    init(_ descriptor: Int32, from remoteAddress: String, in home: ConnectionSet) {
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        self.home = home
        parser = RequestParser(limits: home.limits)
        readDeadline = home.deadline(after: home.headerTicks)
        reader = DescriptorEvent(home.loop, descriptor: descriptor, on: .read) { [unowned self] _ in receive() }
        reader.enable()
    }

    /// While reading is off, the client's leaving is watched for all the same.
    func setReading(_ wanted: Bool) {
        guard wanted != isReading, phase != .closed else { return }
        isReading = wanted
        if wanted {
            home.departures.forget(self)
            if !hasLeft { reader.enable() }
        } else {
            reader.disable()
            home.departures.watch(self)
        }
    }

    func setWriting(_ wanted: Bool) {
        if wanted, writer == nil {
            writer = DescriptorEvent(home.loop, descriptor: descriptor, on: .write) { [unowned self] _ in flush() }
        }
        if wanted { writer?.enable() } else { writer?.disable() }
    }

    /// The peer has closed its side. Who leaves before the answer does not want it; one that is complete is still sent.
    func peerClosed() {
        switch phase {
        case .idle, .closing, .draining:
            guard unsent > 0 else { return close() }
            hasLeft = true
            reader.disable()
            phase = .closing
        case .head, .exchange, .lingering: close()
        case .closed: break
        }
    }

    /// Ticks have another length: so many of the new make one of the old.
    func rescale(from tick: Int, by ratio: Double) {
        func rescaled(_ deadline: Int) -> Int {
            guard deadline != ConnectionSet.never else { return deadline }
            return tick + Int((Double(max(0, deadline - tick)) * ratio).rounded(.up))
        }
        readDeadline = rescaled(readDeadline)
        writeDeadline = rescaled(writeDeadline)
        silenceDeadline = rescaled(silenceDeadline)
        exchange?.rescaleSilence(by: ratio)
    }

    func readTimedOut() {
        switch phase {
        case .head: refuse(.headersTimedOut)
        case .exchange: exchange?.bodyTimedOut()
        case .idle:
            receive()  // the request may have come in this moment
            if phase == .idle { close() }
        case .draining, .closing, .lingering: close()
        case .closed: break
        }
    }

    /// The server drains, and the connection is idle: a request that has come is still taken, and the first one of a new
    /// connection is awaited for a moment, as it is likely to be on its way.
    func endIdle() {
        guard unsent == 0 else {
            phase = .closing
            return
        }
        receive()
        guard phase == .idle else { return }
        if isNew { boundIdle(home.firstTicks) } else if home.drainTicks == 0 { close() }
    }

    /// The next request is awaited for at most that long.
    func boundIdle(_ ticks: Int) { readDeadline = min(readDeadline, home.deadline(after: ticks)) }

    /// Ends the connection now, whatever is unsent; a handler at work is cancelled.
    func close() {
        guard phase != .closed else { return }
        if !isReading { home.departures.forget(self) }
        phase = .closed
        reader.disable()
        writer?.disable()
        _ = Glibc.close(descriptor)
        home.remove(self)
        let exchange = self.exchange
        self.exchange = nil
        exchange?.clientLeft()
    }

    /// Everything is sent: closes, or waits for the client to read if bytes of it would make the system reset the connection.
    func closeSent() {
        guard !hasLeft, !decoder.isComplete || inboxStart < inbox.count else { return close() }
        phase = .lingering
        inbox = []
        inboxStart = 0
        readDeadline = home.deadline(after: home.lingerTicks)
        shutdown(descriptor, Int32(SHUT_WR))
        setReading(true)
    }
}
