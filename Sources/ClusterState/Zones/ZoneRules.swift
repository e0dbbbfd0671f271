/// The wall clock of one time zone: how far it is ahead of UTC, and since when. All times are Unix milliseconds.
struct ZoneRules: Sendable, Equatable {
    struct Period: Sendable, Equatable {
        var start: Int64
        var offset: Int64
    }

    /// In order of time, the first from the beginning of time.
    private let periods: [Period]

    /// - Parameters:
    ///   - first: the offset before the first transition.
    ///   - transitions: in any order.
    init(first: Int64, transitions: [Period]) {
        periods = [Period(start: .min, offset: first)] + transitions.sorted { $0.start < $1.start }
    }

    func offset(at time: Int64) -> Int64 { periods[position(of: time)].offset }

    /// The first instant at which the wall clock shows `wall` or later. A clock that is set forward over midnight shows the
    /// new day at that instant; one that is set back over it shows midnight twice, and the first counts.
    /// - Parameter wall: what the clock shows, counted as if the zone were UTC.
    func first(showing wall: Int64) -> Int64 {
        // No zone is further than a day from UTC, so no earlier period can show it.
        var at = position(of: wall - 2 * CalendarWindow.dayLength)
        while true {
            let begin = max(periods[at].start, wall - periods[at].offset)
            guard at + 1 < periods.count, begin >= periods[at + 1].start else { return begin }
            at += 1
        }
    }

    /// The last period that begins at or before `time`.
    private func position(of time: Int64) -> Int {
        var (low, high) = (0, periods.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if periods[middle].start <= time { low = middle } else { high = middle }
        }
        return low
    }
}
