internal import EventLoop

/// One open connection to a Redis server: commands go out in order, all of one turn of the loop in one write, and replies
/// come back in the same order.
///
/// `@unchecked Sendable`: only touched on the thread of `loop`, deinit included.
final class RedisConnection: @unchecked Sendable {
    typealias Answer = (Result<RedisReply, RedisError>) -> Void

    private struct Waiting {
        var deadline: ContinuousClock.Instant
        var answer: Answer?
    }

    let endpoint: RedisEndpoint
    /// Why the connection has ended; `nil` while it is open.
    private(set) var outage: RedisOutage?
    /// Called once, at the end, before what still waits is told.
    var onEnd: ((RedisOutage) -> Void)?
    /// Takes replies that no command waits for: messages of a subscription. Without it they are a fault of the protocol.
    var onMessage: ((RedisReply) -> Void)?
    /// Bytes have come since this was last set to false.
    var hasReceived = false

    private let limit: Duration
    private var socket: Socket?
    private let reader = ReplyReader()
    private var inbox: [UInt8] = []
    private var outbox: [UInt8] = []
    private var sent = 0
    private var waiting = FIFO<Waiting>()
    private var refusals = RefusalCount()

    private var readable: DescriptorEvent!
    private var writable: DescriptorEvent!
    private var turnEnd: LoopTimer!
    private var isFlushDue = false
    private var deadline: LoopTimer!
    /// When `deadline` is to fire; `nil` while it is not set.
    private var deadlineDue: ContinuousClock.Instant?

    /// - Parameter limit: how long a command may wait for its reply.
    init(_ socket: Socket, to endpoint: RedisEndpoint, on loop: EventLoop, limit: Duration) {
        self.socket = socket
        self.endpoint = endpoint
        self.limit = limit
        readable = DescriptorEvent(loop, descriptor: socket.descriptor, on: .read) { [unowned self] _ in receive() }
        writable = DescriptorEvent(loop, descriptor: socket.descriptor, on: .write) { [unowned self] _ in flush() }
        turnEnd = LoopTimer(loop) { [unowned self] in flush() }
        deadline = LoopTimer(loop) { [unowned self] in deadlinePassed() }
        readable.enable()
    }

    // MARK: - Sending

    /// Sends a command. `answer` is called exactly once, on the loop, perhaps before this returns.
    func send(_ words: [RedisWord], _ answer: Answer?) {
        if let outage {
            answer?(.failure(.unavailable(outage)))
            return
        }
        let due = ContinuousClock.now + limit
        waiting.append(Waiting(deadline: due, answer: answer))
        if deadlineDue == nil { setDeadline(due, after: limit) }
        post(words)
    }

    /// Sends what gets no reply of its own, as subscriptions do.
    func post(_ words: [RedisWord]) {
        guard outage == nil else { return }
        CommandEncoder.append(words, to: &outbox)
        guard !isFlushDue else { return }
        isFlushDue = true
        turnEnd.fire(after: .zero)
    }

    private func flush() {
        isFlushDue = false
        guard let socket else { return }
        do throws(SocketError) {
            let (taken, isFull) = try socket.send(outbox[sent...])
            sent += taken
            if sent == outbox.count {
                outbox.removeAll(keepingCapacity: sent <= 1 << 20)
                sent = 0
            }
            if isFull { writable.enable() } else { writable.disable() }
        } catch { end(error.outage(at: endpoint, isConnected: true)) }
    }

    // MARK: - Receiving

    private func receive() {
        guard let socket else { return }
        inbox.removeAll(keepingCapacity: true)
        var fault: SocketError?
        do throws(SocketError) { try socket.receive(into: &inbox) } catch { fault = error }
        if !inbox.isEmpty { take() }
        if let fault {
            end(fault.outage(at: endpoint, isConnected: true))
        } else if outage == nil, socket.hasUnsent {
            writable.enable()
        }
    }

    private func take() {
        hasReceived = true
        do throws(RedisOutage) {
            let received = inbox
            try reader.feed(received.span.bytes)
            while outage == nil, let reply = try reader.next() { try deliver(reply) }
        } catch { end(error) }
    }

    private func deliver(_ reply: RedisReply) throws(RedisOutage) {
        guard let command = waiting.popFirst() else {
            guard let onMessage else { throw .notRedis("a reply that nobody asked for") }
            return onMessage(reply)
        }
        let verdict = refusals.take(reply)
        if let verdict { end(verdict) }
        guard let answer = command.answer else { return }
        if case .refused(let code, let message) = reply {
            answer(.failure(.refused(code: code, message: message)))
        } else {
            answer(.success(reply))
        }
    }

    // MARK: - Time

    private func setDeadline(_ due: ContinuousClock.Instant, after delay: Duration) {
        deadlineDue = due
        deadline.fire(after: delay)
    }

    private func deadlinePassed() {
        guard let due = deadlineDue else { return }
        deadlineDue = nil
        let lateness = due.duration(to: .now)
        receive()  // what has come meanwhile counts
        guard outage == nil, let oldest = waiting.first else { return }
        let now = ContinuousClock.now
        if oldest.deadline > now {
            setDeadline(oldest.deadline, after: oldest.deadline - now)
        } else if lateness > limit / 5 {
            // The loop itself was held up, and perhaps did not even send: that is not Redis's fault.
            setDeadline(now + limit / 2, after: limit / 2)
        } else {
            end(.silent(endpoint))
        }
    }

    // MARK: - The end

    /// Closes the connection and tells everybody who waits.
    func end(_ outage: RedisOutage) {
        guard self.outage == nil else { return }
        self.outage = outage
        readable = nil
        writable = nil
        turnEnd.cancel()
        deadline.cancel()
        socket = nil
        let onEnd = self.onEnd
        self.onEnd = nil
        onMessage = nil
        onEnd?(outage)
        let now = ContinuousClock.now
        while let command = waiting.popFirst() {
            let isLate = command.deadline <= now
            command.answer?(.failure(isLate ? .timedOut : .connectionLost(outage)))
        }
    }
}
