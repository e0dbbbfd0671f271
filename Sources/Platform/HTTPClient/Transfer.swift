internal import EventLoop

/// One exchange from the reader's side: the head, what of the body is unread, and the one task that waits for it.
/// The part that moves bytes is its carrier; the two let go of each other when that is done.
///
/// `@unchecked Sendable`: every mutable member is only touched on the thread of `loop`.
final class Transfer: @unchecked Sendable {
    enum Outcome {
        case underWay
        case ended
        case failed(HTTPClientError)
    }

    /// What the waiting task waits for.
    enum Wait {
        case head
        case bytes
        case end
    }

    /// Room for unread bytes that is kept between two pieces.
    private static let keptCapacity = 4_096

    let loop: EventLoop
    private let bufferBytes: Int

    var head = ResponseHead()
    private(set) var connectionReused = false
    /// Of a transfer that failed: it was given a connection that had been open before.
    var wasOnKeptConnection = false
    private(set) var outcome = Outcome.underWay
    private var unread: [UInt8] = []
    /// Of the body, as the head says it; 0 if it does not.
    private var expectedLength = 0
    /// Set by `collect`: everything is kept, up to this many bytes, and nobody is woken before the end.
    private var wholeLimit: Int?
    private var wait = Wait.head
    private var waiting: UnsafeContinuation<Void, Never>?
    /// Gets the bytes in the waiting task's stead.
    private var sink: (any HTTPBodySink)?
    private var sinkHasEnough = false

    /// While it is under way.
    var carrier: (any TransferCarrier)?

    init(loop: EventLoop, bufferBytes: Int) {
        self.loop = loop
        self.bufferBytes = bufferBytes
    }

    var isUnderWay: Bool { if case .underWay = outcome { true } else { false } }

    // MARK: - From the carrier

    /// The final head is whole.
    func headArrived(connectionReused: Bool) {
        self.connectionReused = connectionReused
        expectedLength = head.contentLength ?? 0
        if wait == .head { wake() }
    }

    enum Verdict {
        case taken
        /// Too much is unread: the carrier keeps these bytes and stops reading.
        case pause
        case tooLarge
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        if let wholeLimit {
            guard unread.count + bytes.count <= wholeLimit else { return .tooLarge }
        } else if unread.count >= bufferBytes {
            return .pause
        }
        reserve(for: bytes.count)
        unread.append(contentsOf: bytes)
        if wait == .bytes { bytesArrived() }
        return .taken
    }

    /// Takes the content among bytes of the answer.
    /// - Returns: how many of the bytes belong to the answer.
    func take(_ bytes: Span<UInt8>, through decoder: inout AnswerDecoder) throws(HTTPClientError) -> Int {
        reserve(for: bytes.count)
        let count = try decoder.takeBody(bytes, into: &unread, room: room)
        try checkTaken()
        return count
    }

    /// Takes what the decoder holds for want of room.
    func takeWaiting(from decoder: inout AnswerDecoder) throws(HTTPClientError) {
        try decoder.giveOut(into: &unread, room: room)
        try checkTaken()
    }

    /// So much is unread that the carrier should stop.
    var isFull: Bool { wholeLimit == nil && unread.count >= bufferBytes }

    /// How much to read at a time, so that what is unread does not grow far over the limit.
    var readSize: Int { wholeLimit == nil ? max(bufferBytes - unread.count, 16_384) : .max }

    private var room: Int { (wholeLimit.map { min($0, .max - 1) + 1 } ?? bufferBytes) - unread.count }

    private func reserve(for count: Int) {
        guard unread.isEmpty, count > 0 else { return }
        // Most answers are short and say how long they are: one allocation.
        unread.reserveCapacity(max(min(expectedLength, wholeLimit ?? bufferBytes, 1 << 20), count))
    }

    private func checkTaken() throws(HTTPClientError) {
        if let wholeLimit, unread.count > wholeLimit { throw .bodyTooLarge }
        if wait == .bytes, !unread.isEmpty { bytesArrived() }
    }

    private func bytesArrived() {
        guard let sink else { return wake() }
        var bytes: [UInt8] = []
        swap(&bytes, &unread)
        if !sink.take(bytes) {
            self.sink = nil
            sinkHasEnough = true
            wake()
        }
        // The next piece finds room that is allocated, unless there was a lot.
        guard bytes.capacity <= Self.keptCapacity else { return }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &unread)
    }

    func finish(_ outcome: Outcome) {
        guard isUnderWay else { return }
        self.outcome = outcome
        carrier = nil
        wake()
    }

    private func wake() {
        guard let waiting else { return }
        self.waiting = nil
        waiting.resume()
    }

    // MARK: - From the reader

    /// Waits until there is something to see; a cancelled task ends the transfer.
    /// - Parameter client: named so that no part of this leaves the loop when the caller's task prefers no executor.
    func wait(for wait: Wait, on client: isolated HTTPClient) async {
        self.wait = wait
        await withTaskCancellationHandler(
            operation: {
                await withUnsafeContinuation(isolation: client) { caller in
                    loop.checkIsolated()
                    waiting = caller
                }
            },
            onCancel: { loop.execute { self.end(.cancelled) } },
            isolation: client)
    }

    /// Waits until the sink has enough of what comes, or nothing more comes.
    /// - Returns: whether the sink would take more.
    func pour(into sink: any HTTPBodySink, on client: isolated HTTPClient) async -> Bool {
        self.sink = sink
        sinkHasEnough = false
        await wait(for: .bytes, on: client)
        self.sink = nil
        return !sinkHasEnough
    }

    /// What has arrived, at most once.
    enum Arrived {
        case bytes([UInt8])
        case nothingYet
        case end
    }

    func takeUnread() throws(HTTPClientError) -> Arrived {
        if case .failed(.cancelled) = outcome { throw .cancelled }
        if !unread.isEmpty {
            var bytes: [UInt8] = []
            swap(&bytes, &unread)
            if let carrier, carrier.isPaused { carrier.resume() }
            return .bytes(bytes)
        }
        switch outcome {
        case .underWay: return .nothingYet
        case .ended: return .end
        case .failed(let error): throw error
        }
    }

    /// From now on everything is kept, up to `limit` bytes.
    func keepWhole(upTo limit: Int) throws(HTTPClientError) {
        wholeLimit = limit
        guard unread.count <= limit else {
            end(.bodyTooLarge)
            throw .bodyTooLarge
        }
        if let carrier, carrier.isPaused { carrier.resume() }
    }

    func expectMilestone(within limit: Duration?) {
        carrier?.expectMilestone(at: limit.map { Moment.now + $0 })
    }

    /// Ends the transfer now, unless it is over.
    func end(_ error: HTTPClientError) {
        guard isUnderWay else { return }
        unread = []
        guard let carrier else { return finish(.failed(error)) }
        carrier.end(error)
    }
}
