internal import Glibc

/// A pthread mutex for critical sections of well under a microsecond. `Synchronization.Mutex` would do, but
/// ThreadSanitizer does not see through it and reports races that are not there.
///
/// `@unchecked Sendable`: the mutex is its own guard; its address never changes.
public final class ThreadLock: @unchecked Sendable {
    let mutex: UnsafeMutablePointer<pthread_mutex_t>

    public init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` alone. Never wait, allocate much or call out inside.
    public func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }
}
