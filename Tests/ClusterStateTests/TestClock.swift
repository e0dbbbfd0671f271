import Threading

/// A wall clock that tests set.
final class TestClock: Sendable {
    private let time: Locked<Int64>

    /// - Parameter time: Unix milliseconds; by default noon of 2026-03-10, a Tuesday in the middle of its month.
    init(_ time: Int64 = 1_773_144_000_000) { self.time = Locked(time) }

    var now: Int64 { time.withLock { $0 } }
    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    var read: @Sendable () -> Int64 { { self.now } }
}
