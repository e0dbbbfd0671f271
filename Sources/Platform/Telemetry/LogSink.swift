internal import Glibc
internal import Threading

/// Where log lines go: a bounded buffer, and a thread that writes it to a descriptor every 50 ms, at 64 KB, or at once
/// for an error. Whoever logs never waits for the descriptor: when the buffer is full, lines are dropped and counted, and
/// the log tells how many as soon as it can.
///
/// `@unchecked Sendable`: every variable is guarded by `lock`; the thread writes what it has taken out from under it.
public final class LogSink: @unchecked Sendable {
    /// When lines are written and how many may wait.
    public struct Limits: Sendable {
        public var interval = Duration.milliseconds(50)
        /// Bytes that are written without waiting for the interval.
        public var batch = 64 << 10
        /// Bytes that may wait; as many again may be on their way to a descriptor that is stuck.
        public var capacity = 4 << 20
        public init() {}
    }

    private let descriptor: Int32
    private let limits: Limits
    private let lock = ThreadLock()
    private let hasWork: ThreadCondition
    private let hasWritten: ThreadCondition
    private var waiting: [UInt8] = []
    private var isUrgent = false
    private var isEnding = false
    private var hasEnded = false
    private var appended = 0  // bytes ever taken in
    private var written = 0  // bytes ever dealt with
    private var dropped = 0
    private var untold = 0  // of the dropped, those the log has not told of

    private init(_ descriptor: Int32, _ limits: Limits) {
        self.descriptor = descriptor
        self.limits = limits
        hasWork = ThreadCondition(of: lock)
        hasWritten = ThreadCondition(of: lock)
    }

    /// Starts the thread, which runs until `close()`.
    /// - Parameter descriptor: standard error, or a file or pipe; it stays the caller's; a pipe that nobody reads must not raise SIGPIPE, so ignore that signal.
    /// - Returns: nil when the system gives no thread.
    public static func start(descriptor: Int32 = 2, limits: Limits = Limits()) -> LogSink? {
        let sink = LogSink(descriptor, limits)
        return Thread.start(name: "log", { sink.run() }) ? sink : nil
    }

    /// Lines lost since the start, for a full buffer or a descriptor that failed.
    public var droppedLines: Int { lock.withLock { dropped } }

    /// Returns when everything logged so far is written, or `limit` is over because the descriptor is stuck. Blocks: for the
    /// end of the program, not for a loop.
    public func flush(atMost limit: Duration = .seconds(2)) {
        lock.withLock {
            let goal = appended
            isUrgent = true
            hasWork.signal()
            wait(atMost: limit) { written >= goal || hasEnded }
        }
    }

    /// Writes what waits, for at most `limit`, and ends the thread. Lines that come later are dropped.
    public func close(atMost limit: Duration = .seconds(2)) {
        lock.withLock {
            isEnding = true
            hasWork.signal()
            wait(atMost: limit) { hasEnded }
        }
    }

    private func wait(atMost limit: Duration, until isDone: () -> Bool) {
        let end = ContinuousClock.now + limit
        while !isDone(), ContinuousClock.now < end { hasWritten.wait(atMost: end - ContinuousClock.now) }
    }

    func append(_ line: [UInt8], isUrgent: Bool) {
        lock.withLock {
            guard !isEnding, waiting.count + line.count <= limits.capacity else {
                dropped += 1
                untold += 1
                return
            }
            let before = waiting.count
            waiting.append(contentsOf: line)
            appended += line.count
            if isUrgent { self.isUrgent = true }
            // The thread sleeps without a limit while nothing waits; a signal is a system call, so only at the edges.
            if before == 0 || isUrgent || (before < limits.batch && waiting.count >= limits.batch) { hasWork.signal() }
        }
    }

    // MARK: - On the sink's thread

    private func run() {
        var batch: [UInt8] = []
        while takeBatch(&batch) {
            let isWritten = write(batch)
            lock.withLock {
                written += batch.count
                if !isWritten { dropped += batch.count { $0 == UInt8(ascii: "\n") } }
                hasWritten.signalAll()
            }
            batch.removeAll(keepingCapacity: batch.capacity <= 4 * limits.batch)
        }
    }

    /// - Returns: false when there is nothing left and the end was asked for.
    private func takeBatch(_ batch: inout [UInt8]) -> Bool {
        lock.withLock {
            while waiting.isEmpty && !isEnding {
                isUrgent = false
                hasWork.wait()
            }
            guard !waiting.isEmpty else {
                hasEnded = true
                hasWritten.signalAll()
                return false
            }
            if !isUrgent && !isEnding && waiting.count < limits.batch { hasWork.wait(atMost: limits.interval) }
            isUrgent = false
            tellOfDropped()
            swap(&batch, &waiting)
            return true
        }
    }

    private func tellOfDropped() {
        guard untold > 0 else { return }
        let line = LogLine(at: WallClock.now(), .warning, "log lines dropped", ["count": untold]).bytes
        waiting.append(contentsOf: line)
        appended += line.count
        untold = 0
    }

    private func write(_ batch: [UInt8]) -> Bool {
        batch.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                if count > 0 {
                    sent += count
                } else if errno == EAGAIN {
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
