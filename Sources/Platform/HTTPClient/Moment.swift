internal import Glibc

/// A point of the monotonic clock, in nanoseconds: half the size of a `ContinuousClock.Instant`, and read once a call
/// from the loop.
struct Moment: Comparable {
    let nanoseconds: Int64

    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (moment: Moment, delay: Duration) -> Moment {
        let (seconds, attoseconds) = delay.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, product < .max / 4 else { return Moment(nanoseconds: .max / 2) }
        return Moment(nanoseconds: moment.nanoseconds + product + attoseconds / 1_000_000_000)
    }

    static func - (later: Moment, earlier: Moment) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }
}
