internal import Glibc

/// Carries one value from one thread to another that waits for it. Never waited for on a loop.
///
/// `@unchecked Sendable`: `value` is guarded by `lock`.
final class HandOver<Value: Sendable>: @unchecked Sendable {
    private let lock = ThreadLock()
    private let arrived: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value?

    init() {
        arrived = .allocate(capacity: 1)
        pthread_cond_init(arrived, nil)
    }

    deinit {
        pthread_cond_destroy(arrived)
        arrived.deallocate()
    }

    func put(_ value: Value) {
        lock.withLock { self.value = value }
        pthread_cond_signal(arrived)
    }

    func take() -> Value {
        pthread_mutex_lock(lock.mutex)
        defer { pthread_mutex_unlock(lock.mutex) }
        while true {
            if let value { return value }
            pthread_cond_wait(arrived, lock.mutex)
        }
    }
}
