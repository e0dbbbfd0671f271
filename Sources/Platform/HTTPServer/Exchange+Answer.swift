internal import EventLoop
internal import HTTPTypes

/// What `Reply` and `ReplyStream` offer.
extension Exchange {
    /// Bytes of an answer that may be unsent before its writer waits.
    static let sendAhead = 65_536

    func send(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        loop.checkIsolated()
        guard let connection, answer == .awaited else { return }
        answer = .ended
        connection.answer(self, status: status, headers: headers, body: body)
    }

    func beginStream(status: Int, headers: HTTPHeaders) {
        loop.checkIsolated()
        guard let connection, answer == .awaited else { return }
        answer = .streaming
        connection.beginStream(self, status: status, headers: headers)
    }

    /// - Returns: whether there is room for more.
    func write(_ bytes: [UInt8]) throws(ClientGone) -> Bool {
        loop.checkIsolated()
        guard let connection else { throw ClientGone() }
        connection.append(bytes, coding)
        guard self.connection != nil else { throw ClientGone() }
        return connection.unsent <= Self.sendAhead
    }

    func waitForRoom() async throws(ClientGone) {
        while let connection, connection.unsent > Self.sendAhead {
            await withUnsafeContinuation { roomWaiter = $0 }
        }
        guard connection != nil else { throw ClientGone() }
    }

    func flush() {
        loop.checkIsolated()
        connection?.flush()
    }

    func finishStream() {
        loop.checkIsolated()
        guard let connection, answer == .streaming else { return }
        answer = .ended
        connection.endStream(self)
    }

    func abortStream(after bytes: [UInt8]) {
        loop.checkIsolated()
        guard let connection, answer == .streaming else { return }
        answer = .ended
        connection.abortStream(self, after: bytes)
    }

    func replyDropped() {
        onLoop { $0.answerIfAwaited() }
    }

    func streamDropped() {
        onLoop { $0.abortStream(after: []) }
    }

    /// The handler gave up without an answer: for a body that failed, that failure's; else it is our fault.
    private func answerIfAwaited() {
        guard let connection, answer == .awaited else { return }
        answer = .ended
        let error: FramingError =
            switch bodyError {
            case .tooLarge: .bodyTooLarge
            case .timedOut: .bodyTimedOut
            case .malformed: .malformedChunk
            case .clientGone, nil: .unanswered
            }
        connection.refuse(error)
    }

    /// Values may be dropped on any thread.
    private func onLoop(_ body: @escaping @Sendable (Exchange) -> Void) {
        if loop.isCurrent { body(self) } else { loop.execute { body(self) } }
    }
}
