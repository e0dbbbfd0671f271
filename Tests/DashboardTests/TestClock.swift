import Synchronization

/// A wall clock that tests set, in Unix milliseconds.
final class TestClock: Sendable {
    private let time = Mutex<Int64>(TestClock.noon)
    /// Noon of 2026-03-10.
    static let noon: Int64 = 1_773_144_000_000

    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    var read: @Sendable () -> Int64 { { self.time.withLock { $0 } } }
}
