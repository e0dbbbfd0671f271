internal import CEvent
internal import Glibc
internal import HTTPTypes

extension Connection {
    var unsent: Int { outbox.count - outboxStart }

    /// A whole answer, head and body in one call to the system: with others at the end of the turn, or now if it is long.
    func answer(_ exchange: Exchange, status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let hasBody = status != 204 && status != 304 && status >= 200
        composeHead(exchange, status: status, headers: headers, coding: hasBody ? .length(body.count) : .none)
        let content = hasBody && !exchange.isHead ? body : []
        if content.count > Self.longAnswer {
            send(home.answerHead.bytes, content)
        } else {
            outbox.reserveCapacity(unsent + home.answerHead.bytes.count + content.count)
            outbox.append(contentsOf: home.answerHead.bytes)
            outbox.append(contentsOf: content)
            home.flushSoon(self)
        }
        answerEnded(exchange)
    }

    /// The head waits for the first piece of the body.
    func beginStream(_ exchange: Exchange, status: Int, headers: HTTPHeaders) {
        exchange.coding =
            if status == 204 || status == 304 || status < 200 {
                .none
            } else if exchange.minorVersion == 0 {
                .untilClose
            } else {
                exchange.isHead ? .omitted : .chunked
            }
        if exchange.coding == .untilClose { exchange.keepsAlive = false }
        composeHead(exchange, status: status, headers: headers, coding: exchange.coding)
        if exchange.isHead { exchange.coding = .omitted }
        outbox.append(contentsOf: home.answerHead.bytes)
    }

    /// One piece of a stream's body, to be sent at the end of the turn, or now if there is much.
    func append(_ bytes: [UInt8], _ coding: AnswerHead.Coding) {
        defer { if unsent > Exchange.sendAhead { flush() } else { home.flushSoon(self) } }
        guard !bytes.isEmpty else { return }
        if let exchange, exchange.fillerTicks > 0 { silenceDeadline = home.deadline(after: exchange.fillerTicks) }
        switch coding {
        case .none, .omitted: break
        case .untilClose, .length: outbox.append(contentsOf: bytes)
        case .chunked:
            appendHexadecimal(bytes.count)
            outbox.append(contentsOf: bytes)
            outbox.append(Octet.carriageReturn)
            outbox.append(Octet.lineFeed)
        }
    }

    /// The stream has said nothing for a while. A client that has not taken the last bytes yet needs no more of them.
    func silenceTimedOut() {
        guard let exchange, exchange.fillerTicks > 0 else { return }
        silenceDeadline = home.deadline(after: exchange.fillerTicks)
        if unsent == 0 { append(exchange.filler, exchange.coding) }
    }

    func endStream(_ exchange: Exchange) {
        if exchange.coding == .chunked { outbox.append(contentsOf: [0x30, 0x0D, 0x0A, 0x0D, 0x0A]) }
        home.flushSoon(self)
        answerEnded(exchange)
    }

    /// Leaves the encoding without its end. HTTP/1.0 has no encoding to break: there the connection is reset, unless the
    /// bytes say what went wrong.
    func abortStream(_ exchange: Exchange, after bytes: [UInt8]) {
        append(bytes, exchange.coding)
        exchange.keepsAlive = false
        if exchange.coding == .untilClose, bytes.isEmpty {
            var abrupt = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
        }
        flush()
        answerEnded(exchange)
    }

    /// The server's own answer to a request that is none, or that no handler answered. The connection closes.
    func refuse(_ error: FramingError) {
        guard phase != .closed else { return }
        let (headers, body) = home.framingErrorBody(error.status, error.message)
        home.answerHead.compose(
            status: error.status, headers: headers, coding: .length(body.count), keepsAlive: false,
            isOld: false)
        let isHead = exchange?.isHead == true
        phase = .closing
        readDeadline = ConnectionSet.never
        let exchange = self.exchange
        self.exchange = nil
        exchange?.detach()
        if error != .unanswered { decoder = .length(left: .max) }  // what the client still sends has no meaning
        outbox.append(contentsOf: home.answerHead.bytes)
        if !isHead { outbox.append(contentsOf: body) }
        flush()
    }

    /// Sends both, or keeps what the system does not take.
    func send(_ first: [UInt8], _ second: [UInt8]) {
        guard unsent == 0 else {
            outbox.append(contentsOf: first)
            outbox.append(contentsOf: second)
            return flush()
        }
        var sent = socket_send(descriptor, first, first.count, second, second.count)
        if sent < 0 {
            guard errno == EAGAIN || errno == EINTR else { return close() }
            sent = 0
        }
        guard sent < first.count + second.count else { return }
        outbox.append(contentsOf: first.dropFirst(sent))
        outbox.append(contentsOf: second.dropFirst(max(0, sent - first.count)))
        awaitWritable()
    }

    /// Sends what is unsent, as far as the system takes it.
    func flush() {
        guard phase != .closed else { return }
        while unsent > 0 {
            let start = outboxStart
            let count = unsent
            let sent = outbox.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress! + start, count, Int32(MSG_NOSIGNAL))
            }
            guard sent >= 0 else {
                if errno == EINTR { continue }
                return errno == EAGAIN ? awaitWritable() : close()
            }
            outboxStart += sent
            writeDeadline = ConnectionSet.never
        }
        outbox.removeAll(keepingCapacity: exchange != nil)
        outboxStart = 0
        setWriting(false)
        exchange?.wakeWriter()
        switch phase {
        case .closing: closeSent()
        case .idle:
            becomeIdle()
            takeInbox()
        case .head, .exchange, .draining, .lingering, .closed: break
        }
    }

    private func awaitWritable() {
        if writeDeadline == ConnectionSet.never { writeDeadline = home.deadline(after: home.writeTicks) }
        if outboxStart > Exchange.sendAhead {
            outbox.removeFirst(outboxStart)
            outboxStart = 0
        }
        setWriting(true)
        if unsent <= Exchange.sendAhead { exchange?.wakeWriter() }
    }

    private func composeHead(_ exchange: Exchange, status: Int, headers: HTTPHeaders, coding: AnswerHead.Coding) {
        var headers = headers
        if headers.contains("content-length") { headers["content-length"] = nil }
        if headers.contains("transfer-encoding") { headers["transfer-encoding"] = nil }
        if let option = headers["connection"] {
            if option == "close" { exchange.keepsAlive = false }
            headers["connection"] = nil
        }
        if home.isDraining || exchange.bodyError != nil || owesContinue || decoder.left ?? 0 > Self.spare {
            exchange.keepsAlive = false
        }
        home.answerHead.compose(
            status: status, headers: headers, coding: coding, keepsAlive: exchange.keepsAlive,
            isOld: exchange.minorVersion == 0)
    }

    /// The answer is complete, if not yet sent in full: on to what comes next.
    private func answerEnded(_ exchange: Exchange) {
        guard phase == .exchange else { return }
        self.exchange = nil
        silenceDeadline = ConnectionSet.never
        exchange.detach()
        // Who was promised a kept connection before the drain began may have sent the next request already.
        if !exchange.keepsAlive || (home.isDraining && home.drainTicks == 0) {
            phase = .closing
            flush()
        } else if decoder.isComplete {
            becomeIdle()
            if unsent == 0 { takeInbox() }
        } else {
            phase = .draining(allowance: Self.spare)
            readDeadline = home.deadline(after: home.bodyTicks)
            setReading(true)
        }
    }

    private func appendHexadecimal(_ number: Int) {
        var shift = 60
        while shift > 0, number >> shift == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift) & 0xF
            outbox.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            shift -= 4
        }
        outbox.append(Octet.carriageReturn)
        outbox.append(Octet.lineFeed)
    }
}
