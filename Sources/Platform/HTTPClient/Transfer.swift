internal import EventLoop

/// One exchange from the reader's side: the head, what of the body is unread, and the one task that waits for it.
/// The part that libcurl works on is `CurlEasy`; the two let go of each other when libcurl is done.
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

    let loop: EventLoop
    private let multi: CurlMulti
    private let bufferBytes: Int

    var head = ResponseHead()
    private(set) var connectionReused = false
    /// Of a transfer that failed: it was given a connection that had been open before.
    var wasOnKeptConnection = false
    private(set) var outcome = Outcome.underWay
    private var unread: [UInt8] = []
    /// Set by `collect`: everything is kept, up to this many bytes, and nobody is woken before the end.
    private var wholeLimit: Int?
    private var wait = Wait.head
    private var waiting: UnsafeContinuation<Void, Never>?

    /// libcurl's part, while it works on it.
    var easy: CurlEasy?

    init(loop: EventLoop, multi: CurlMulti, bufferBytes: Int) {
        self.loop = loop
        self.multi = multi
        self.bufferBytes = bufferBytes
    }

    var isUnderWay: Bool { if case .underWay = outcome { true } else { false } }

    // MARK: - From libcurl

    /// The final head is whole.
    func headArrived(connectionReused: Bool) {
        self.connectionReused = connectionReused
        if wait == .head { wake() }
    }

    enum Verdict {
        case taken
        /// Too much is unread: libcurl keeps these bytes and stops reading.
        case pause
        case tooLarge
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        if let wholeLimit {
            guard unread.count + bytes.count <= wholeLimit else { return .tooLarge }
        } else if unread.count >= bufferBytes {
            return .pause
        }
        if unread.isEmpty {
            // Most answers are short and say how long they are: one allocation.
            let expected = min(head.contentLength ?? 0, wholeLimit ?? bufferBytes, 1 << 20)
            unread.reserveCapacity(max(expected, bytes.count))
        }
        unread.append(contentsOf: bytes)
        if wait == .bytes { wake() }
        return .taken
    }

    func finish(_ outcome: Outcome) {
        guard isUnderWay else { return }
        self.outcome = outcome
        easy = nil
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
            if let easy, easy.isPaused { multi.resume(easy) }
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
        if let easy, easy.isPaused { multi.resume(easy) }
    }

    func expectMilestone(within limit: Duration?) {
        guard let easy else { return }
        easy.deadlines.milestone = limit.map { Moment.now + $0 }
        easy.timer.set(easy.deadlines.next)
    }

    /// Ends the transfer now, unless it is over.
    func end(_ error: HTTPClientError) {
        guard isUnderWay else { return }
        unread = []
        guard let easy else { return finish(.failed(error)) }
        multi.end(easy, .failed(error))
    }
}
