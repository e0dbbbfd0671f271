internal import Glibc
internal import Synchronization

/// Redis's clock as this node knows it, so that all nodes count in the same windows whatever their own clocks say.
final class RedisClock: Sendable {
    /// Redis's Unix milliseconds less this machine's monotonic ones.
    private let offset: Atomic<Int64>

    /// - Parameter wallClock: Unix milliseconds; what counts until Redis has been asked.
    init(wallClock: Int64) { offset = Atomic(wallClock - Self.monotonic()) }

    /// Unix milliseconds.
    func now() -> Int64 { Self.monotonic() + offset.load(ordering: .relaxed) }

    /// Takes in what Redis's clock showed, as it was received at a monotonic moment. So this clock is never ahead of Redis's,
    /// and what is sent with a deadline is never run after it.
    func set(_ time: Int64, at received: Int64) { offset.store(time - received, ordering: .relaxed) }

    /// Milliseconds of a clock that only goes forward.
    static func monotonic() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
