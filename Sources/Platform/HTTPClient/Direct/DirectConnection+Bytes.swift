internal import EventLoop
internal import Glibc
internal import HTTPTypes

extension DirectConnection {
    // MARK: - Sending

    /// Sends head and body in one call to the system, and what it does not take when there is room.
    func sendRest() {
        guard let call, !isAllSent else {
            writer?.disable()
            return
        }
        let head = unsentHead
        let start = bodySent
        let sent = head.withUnsafeBytes { head in
            call.request.body.withUnsafeBytes {
                Self.transmit(descriptor, head, UnsafeRawBufferPointer(rebasing: $0[start...]))
            }
        }
        guard sent >= 0 || errno == EAGAIN || errno == EINTR else { return stopSending() }
        let taken = max(sent, 0)
        if taken > 0 { hasSent = true }
        unsentHead = taken < head.count ? Array(head[taken...]) : []
        bodySent += max(taken - head.count, 0)
        if isAllSent { writer?.disable() } else { awaitRoom() }
    }

    private func awaitRoom() {
        if writer == nil {
            writer = DescriptorEvent(home.loop, descriptor: descriptor, on: .write) { [unowned self] _ in sendRest() }
        }
        writer?.enable()
    }

    var isAllSent: Bool { unsentHead.isEmpty && bodySent == call?.request.body.count }

    /// The peer takes no more. It may have answered before that, so what has come is read first.
    private func stopSending() {
        writer?.disable()
        unsentHead = []
    }

    /// - Returns: what `sendmsg` does; a peer that is gone is an error and not the signal that ends the process.
    private static func transmit(
        _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Int {
        var parts = (
            iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
        )
        return withUnsafeMutablePointer(to: &parts) { parts in
            var message = msghdr()
            message.msg_iov = UnsafeMutableRawPointer(parts).assumingMemoryBound(to: iovec.self)
            message.msg_iovlen = 2
            return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
        }
    }

    // MARK: - Reading

    /// The descriptor can be read.
    func receive() {
        guard let call else { return close() }  // kept: the peer's end, or bytes that nobody asked for
        guard !call.isPaused else {
            reader?.disable()
            return
        }
        let count = home.receive(descriptor, room: call.transfer.readSize)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            return ended(properly: count == 0)
        }
        hasReceived = true
        let scratch = home.scratch  // read only here, and let go before it is written again
        take(scratch.span.extracting(0..<count), of: call)
    }

    private func take(_ bytes: Span<UInt8>, of call: DirectCall) {
        do throws(HTTPClientError) {
            var taken = 0
            if !decoder.head.isComplete {
                taken = try takeHead(bytes, of: call)
                guard decoder.head.isComplete else { return }
            } else if call.deadlines.countsSilence {
                call.deadlines.byte(at: .now)
            }
            taken += try call.transfer.take(bytes.extracting(taken..<bytes.count), through: &decoder)
            proceed(call, keeps: taken == bytes.count)
        } catch { fail(error) }
    }

    private func takeHead(_ bytes: Span<UInt8>, of call: DirectCall) throws(HTTPClientError) -> Int {
        let hadBegun = decoder.head.hasBegun
        let taken = try decoder.takeHead(bytes)
        if !hadBegun, decoder.head.hasBegun {
            call.deadlines.answerBegins(at: .now)
            home.arm(for: call.nextDeadline)
        }
        guard decoder.head.isComplete else { return taken }
        var head = decoder.head
        if call.request.method != .head { head.describeDecoded() }
        call.transfer.head = head
        call.transfer.headArrived(connectionReused: served > 0)
        return taken
    }

    /// After bytes were taken: the answer has ended, or its reader has enough for now, or there is more to read.
    private func proceed(_ call: DirectCall, keeps: Bool) {
        if decoder.hasEnded {
            complete(keeps: keeps && decoder.keepsConnection && isAllSent)
        } else if call.transfer.isFull {
            call.pause()
        }
    }

    /// The reader has made room.
    func resume() {
        guard let call, !isClosed else { return }
        do throws(HTTPClientError) {
            if decoder.isWaitingForRoom {
                try call.transfer.takeWaiting(from: &decoder)
                proceed(call, keeps: false)
            }
            if !call.isPaused, !isClosed { reader?.enable() }
        } catch { fail(error) }
    }

    /// Nothing more will come.
    private func ended(properly: Bool) {
        guard hasReceived else { return lost() }
        switch decoder.outcome(endedProperly: properly) {
        case .ended, .underWay: complete(keeps: false)
        case .failed(let error): fail(error)
        }
    }
}
