internal import Glibc
internal import Threading

/// A thread of its own for a library that blocks (SQL, files): the executor of the actor that wraps the library.
///
/// `@unchecked Sendable`: `jobs` and `isStopping` are guarded by `lock`; `thread` is written once, before any job runs.
public final class BlockingThread: SerialExecutor, @unchecked Sendable {
    private let lock = ThreadLock()
    private let wakeUp: ThreadCondition
    private var jobs: [UnownedJob] = []
    private var isStopping = false
    private var thread: pthread_t?

    private init() { wakeUp = ThreadCondition(of: lock) }

    /// Starts the thread. It ends after `stop()`.
    public static func start(name: String) throws(EventLoopError) -> BlockingThread {
        let executor = BlockingThread()
        guard Thread.start(name: name, { executor.run() }) else { throw .resources(EAGAIN) }
        return executor
    }

    /// Ends the thread once every job that is queued now has run.
    public func stop() {
        lock.withLock { isStopping = true }
        wakeUp.signal()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        lock.withLock { jobs.append(job) }
        wakeUp.signal()
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    public func checkIsolated() { precondition(isCurrent, "called from outside the blocking thread") }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private var isCurrent: Bool {
        guard let thread else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    private func run() {
        lock.withLock { thread = pthread_self() }
        while let batch = nextJobs() {
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    private func nextJobs() -> [UnownedJob]? {
        lock.withLock {
            while jobs.isEmpty {
                if isStopping { return nil }
                wakeUp.wait()
            }
            defer { jobs.removeAll(keepingCapacity: true) }
            return jobs
        }
    }
}
