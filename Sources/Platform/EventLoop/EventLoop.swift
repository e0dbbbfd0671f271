internal import CEvent
internal import Glibc
// Whoever works with loops also needs locks that are safe on them.
@_exported public import Threading

/// One thread, one libevent base, one queue of jobs. Actors that name a loop as their executor, and tasks started with
/// `Task(executorPreference: loop)`, run on its thread and nowhere else.
///
/// The loop is both a serial and a task executor: only with both does a continuation resumed on the loop come back to the
/// loop in one enqueue (docs/decisions/0002-loops-are-executors.md has the counts).
///
/// `@unchecked Sendable`: `base`, `ready`, `running`, `endings`, `isDraining` and `localEnqueues` belong to the loop's own thread;
/// `foreign`, `foreignEnqueues` and `stopRequested` are guarded by `foreignLock`; `wakeDescriptor` never changes.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    let base: OpaquePointer
    private let thread: pthread_t
    private let wakeDescriptor: Int32
    private var wakeEvent: OpaquePointer?
    private var drainEvent: OpaquePointer?
    private var turnEndEvent: OpaquePointer?

    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    /// What is to be done at the end of the turn.
    private var endings: [() -> Void] = []
    /// `drain` runs, or is about to.
    private var isDraining = false

    private let foreignLock = ThreadLock()
    private var foreign: [UnownedJob] = []
    private var stopRequested = false

    private var localEnqueues = 0
    private var foreignEnqueues = 0

    /// Acquires the libevent base and the wake descriptor for the calling thread, which must then call `run()`.
    private init() throws(EventLoopError) {
        guard let config = event_config_new() else { throw .resources(errno) }
        // No locks inside libevent: only the loop's thread touches the base, others wake it through an eventfd.
        event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
        defer { event_config_free(config) }
        guard let base = event_base_new_with_config(config) else { throw .resources(errno) }
        let descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else {
            event_base_free(base)
            throw .resources(errno)
        }
        self.base = base
        thread = pthread_self()
        wakeDescriptor = descriptor
        ready.reserveCapacity(64)
        running.reserveCapacity(64)
        let me = Unmanaged.passUnretained(self).toOpaque()
        drainEvent = event_new(base, -1, 0, { _, _, context in EventLoop.at(context).drain() }, me)
        turnEndEvent = event_new(base, -1, 0, { _, _, context in EventLoop.at(context).endTurn() }, me)
        wakeEvent = event_new(
            base, descriptor, Int16(EV_READ | EV_PERSIST), { _, _, context in EventLoop.at(context).takeForeign() }, me)
        event_add(wakeEvent, nil)
    }

    deinit {
        event_free(wakeEvent)
        event_free(drainEvent)
        event_free(turnEndEvent)
        event_base_free(base)
        close(wakeDescriptor)
    }

    /// Starts a thread with a loop of its own and returns when the loop runs.
    /// - Parameter name: shown by `ps -L` and in crash reports; at most 15 bytes count.
    public static func start(name: String) throws(EventLoopError) -> EventLoop {
        let outcome = HandOver<Result<EventLoop, EventLoopError>>()
        let started = Thread.start(name: name) {
            do throws(EventLoopError) {
                let loop = try EventLoop()
                outcome.put(.success(loop))
                loop.run()
            } catch {
                outcome.put(.failure(error))
            }
        }
        guard started else { throw .resources(EAGAIN) }
        return try outcome.take().get()
    }

    /// Whether the calling thread is the loop's.
    public var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    /// Ends the loop after the jobs that are ready now. May be called from any thread.
    public func stop() {
        foreignLock.withLock { stopRequested = true }
        wake()
    }

    /// Runs `body` on the loop as soon as it can. May be called from any thread.
    public func execute(_ body: @escaping @Sendable () -> Void) {
        Task(executorPreference: self) { body() }
    }

    // MARK: - Executors

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            localEnqueues += 1
            ready.append(job)
            drainSoon()
        } else {
            foreignLock.withLock {
                foreignEnqueues += 1
                foreign.append(job)
            }
            wake()
        }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    public func checkIsolated() { precondition(isCurrent, "called from outside the event loop's thread") }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// How often jobs were enqueued from the loop's own thread and from others: what a test counts hops with, on the loop.
    var enqueues: (local: Int, foreign: Int) {
        checkIsolated()
        return (localEnqueues, foreignLock.withLock { foreignEnqueues })
    }

    // MARK: - On the loop's thread

    private static func at(_ context: UnsafeMutableRawPointer?) -> EventLoop {
        Unmanaged<EventLoop>.fromOpaque(context!).takeUnretainedValue()
    }

    private func run() {
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
        drain()
    }

    /// Runs a callback of libevent's and at once the jobs that it made ready: what they touch is still in the cache, and no
    /// stream waits for the other thousand whose bytes have come with its own.
    func dispatch(_ callback: () -> Void) {
        isDraining = true
        callback()
        drain()
    }

    /// Does `body` after the callbacks of this turn of the loop and the jobs they made ready. On the loop.
    public func atTurnEnd(_ body: @escaping () -> Void) {
        endings.append(body)
        // libevent puts it behind the events that are active already, so it costs no turn of its own.
        if endings.count == 1 { event_active(turnEndEvent, Int32(EV_READ), 0) }
    }

    private func endTurn() {
        dispatch {
            let endings = endings
            self.endings.removeAll(keepingCapacity: true)
            for ending in endings { ending() }
        }
    }

    private func drainSoon() {
        guard !isDraining else { return }
        isDraining = true
        event_active(drainEvent, Int32(EV_READ), 0)
    }

    private func drain() {
        while !ready.isEmpty {
            swap(&ready, &running)
            for job in running {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            running.removeAll(keepingCapacity: true)
        }
        isDraining = false
    }

    private func takeForeign() {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, MemoryLayout<UInt64>.size)
        let stops = foreignLock.withLock {
            ready.append(contentsOf: foreign)
            foreign.removeAll(keepingCapacity: true)
            return stopRequested
        }
        drain()
        if stops { event_base_loopbreak(base) }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }
}

/// Why a loop could not be made.
public enum EventLoopError: Error, Equatable {
    /// The system gave no thread, descriptor or memory; the value is `errno`.
    case resources(Int32)
}
