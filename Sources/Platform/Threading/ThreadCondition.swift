internal import Glibc

/// What a thread waits for while it holds a lock. Never waited for on a loop.
///
/// `@unchecked Sendable`: the pthread condition is its own guard; its address never changes.
public final class ThreadCondition: @unchecked Sendable {
    private let lock: ThreadLock
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// - Parameter lock: held by whoever calls `wait`.
    public init(of lock: ThreadLock) {
        self.lock = lock
        condition = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)  // a change of the date must not stretch a wait
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
    }

    /// Lets go of the lock until signalled, or for no reason at all: check what you waited for in a loop.
    public func wait() { pthread_cond_wait(condition, lock.mutex) }

    /// As `wait()`, for at most `limit`.
    public func wait(atMost limit: Duration) {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let (seconds, attoseconds) = limit.components
        let nanoseconds = until.tv_nsec + Int(attoseconds / 1_000_000_000)
        until.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        until.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, lock.mutex, &until)
    }

    /// Wakes one thread that waits. May be called with or without the lock.
    public func signal() { pthread_cond_signal(condition) }

    /// Wakes every thread that waits.
    public func signalAll() { pthread_cond_broadcast(condition) }
}
