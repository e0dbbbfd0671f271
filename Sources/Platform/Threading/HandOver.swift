/// Carries one value from one thread to another that waits for it. Never waited for on a loop.
///
/// `@unchecked Sendable`: `value` is guarded by `lock`.
public final class HandOver<Value: Sendable>: @unchecked Sendable {
    private let lock = ThreadLock()
    private let arrived: ThreadCondition
    private var value: Value?

    public init() { arrived = ThreadCondition(of: lock) }

    public func put(_ value: Value) {
        lock.withLock { self.value = value }
        arrived.signal()
    }

    public func take() -> Value {
        lock.withLock {
            while true {
                if let value { return value }
                arrived.wait()
            }
        }
    }
}
