internal import EventLoop
internal import Glibc
internal import HTTPTypes

extension Connection {
    /// The descriptor can be read.
    func receive() {
        let count = home.receive(descriptor)
        guard count > 0 else {
            if count == 0 { return peerClosed() }
            return errno == EAGAIN || errno == EINTR ? () : close()
        }
        let scratch = home.scratch  // read only here, and let go before it is written again
        let bytes = scratch.span.extracting(0..<count)
        let taken = inbox.isEmpty ? take(bytes) : 0
        if taken < count { inbox.append(bytes.extracting(taken..<count)) }
        if inbox.count - inboxStart >= Self.spare { setReading(false) }
    }

    /// Goes on with what was read before it was due.
    func takeInbox() {
        if inboxStart < inbox.count {
            let waiting = inbox
            inbox = []
            let start = inboxStart
            inboxStart = 0
            let taken = take(waiting.span.extracting(start..<waiting.count))
            if phase != .lingering, phase != .closed, start + taken < waiting.count {
                inbox = waiting
                inboxStart = start + taken
            }
        }
        if inbox.count - inboxStart < Self.spare, phase != .exchange || exchange?.hasEnough == false {
            setReading(true)
        }
    }

    /// - Returns: how many of the bytes are dealt with; the others are not due yet.
    private func take(_ bytes: Span<UInt8>) -> Int {
        var position = 0
        while position < bytes.count {
            let rest = bytes.extracting(position..<bytes.count)
            switch phase {
            case .idle, .head:
                guard unsent == 0 else { return position }
                switch parser.feed(rest) {
                case .needsMore:
                    if phase == .idle, parser.isInHead {
                        phase = .head
                        readDeadline = home.deadline(after: home.headerTicks)
                    }
                    return bytes.count
                case .refused(let error):
                    refuse(error)
                    return bytes.count
                case .head(let head, let consumed):
                    position += consumed + begin(head, rest.extracting(consumed..<rest.count))
                }
            case .exchange:
                guard !decoder.isComplete, let exchange else { return position }
                position += takeBody(rest, of: exchange)
            case .draining(let allowance):
                position += drain(rest, allowance)
            case .closing, .lingering, .closed: return bytes.count
            }
        }
        return position
    }

    /// A head is complete: what has come of the body goes with it, and a handler gets to work.
    /// - Returns: how many of the bytes belong to the body.
    private func begin(_ head: consuming RequestHead, _ rest: Span<UInt8>) -> Int {
        phase = .exchange
        isNew = false
        readDeadline = ConnectionSet.never
        decoder = BodyDecoder(head.body, limit: home.limits.bodyBytes)
        owesContinue = head.expectsContinue && rest.count == 0 && !decoder.isComplete
        let exchange = Exchange(self, head)
        var taken = 0
        if !decoder.isComplete, rest.count > 0 {
            switch decoder.decode(rest, into: &exchange.arrived) {
            case .needsMore: taken = rest.count
            case .complete(let consumed): taken = consumed
            case .failed(let error):
                refuse(error)
                return rest.count
            }
        }
        exchange.isBodyComplete = decoder.isComplete
        self.exchange = exchange
        home.begin(exchange, head, from: remoteAddress)
        return taken
    }

    private func takeBody(_ bytes: Span<UInt8>, of exchange: Exchange) -> Int {
        switch decoder.decode(bytes, into: &exchange.arrived) {
        case .needsMore:
            if case .none = exchange.demand {} else { readDeadline = home.deadline(after: home.bodyTicks) }
            if exchange.hasEnough { setReading(false) }
            exchange.bodyArrived()
            return bytes.count
        case .complete(let consumed):
            readDeadline = ConnectionSet.never
            exchange.isBodyComplete = true
            exchange.bodyArrived()
            return consumed
        case .failed(let error):
            readDeadline = ConnectionSet.never
            exchange.failBody(error == .bodyTooLarge ? .tooLarge : .malformed)
            setReading(false)
            return bytes.count
        }
    }

    private func drain(_ bytes: Span<UInt8>, _ allowance: Int) -> Int {
        var dropped: [UInt8] = []
        guard bytes.count <= allowance, case let outcome = decoder.decode(bytes, into: &dropped) else {
            phase = .closing
            flush()
            return bytes.count
        }
        switch outcome {
        case .needsMore:
            phase = .draining(allowance: allowance - bytes.count)
            return bytes.count
        case .complete(let consumed):
            becomeIdle()
            return consumed
        case .failed:
            phase = .closing
            flush()
            return bytes.count
        }
    }

    /// The handler asks for content that has not come.
    func bodyIsAwaited() {
        if owesContinue {
            owesContinue = false
            send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), [])
        }
        readDeadline = home.deadline(after: home.bodyTicks)
        setReading(true)
    }

    func becomeIdle() {
        phase = .idle
        readDeadline = unsent == 0 ? home.deadline(after: home.keepAliveTicks) : ConnectionSet.never
    }
}
