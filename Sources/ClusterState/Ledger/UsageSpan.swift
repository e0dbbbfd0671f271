/// A span of time, and where its sums come from.
struct UsageSpan: Equatable, Sendable {
    enum Source: Sendable {
        /// `usage_hourly` by the day (of UTC), but for days with dirty hours.
        case days
        /// `usage_hourly`, but for its dirty hours.
        case hours
        case rows
    }

    var source: Source
    /// Unix milliseconds, included; `nil` is the beginning of time.
    var from: Int64?
    /// Unix milliseconds, excluded; `nil` is its end.
    var to: Int64?

    /// Covers the time from `from` to `to` once: whole days and hours by their sums; the ends, and hours whose sums are not
    /// whole, by their rows.
    /// - Parameters:
    ///   - dirty: hours whose sums are not whole, in order.
    ///   - hasDays: whether what is asked for is summed up by the day.
    static func cover(from: Int64?, to: Int64?, dirty: [Int64], hasDays: Bool) -> [UsageSpan] {
        // The year 10000 and what is beyond are all the same.
        let (from, to) = (from.map { min(max($0, -1 << 50), 1 << 50) }, to.map { min(max($0, -1 << 50), 1 << 50) })
        let first = from.map { UsageHour.start(of: $0 + UsageHour.length - 1) }
        let last = to.map { UsageHour.start(of: $0) }
        if let first, let last, first >= last { return [UsageSpan(source: .rows, from: from, to: to)] }
        let broken = dirty.filter { $0 >= first ?? .min && $0 < last ?? .max }
        var spans = hasDays ? days(from: first, to: last, dirty: broken) : []
        if spans.isEmpty { spans = [UsageSpan(source: .hours, from: first, to: last)] }
        if let from, let first, from < first { spans.append(UsageSpan(source: .rows, from: from, to: first)) }
        if let to, let last, last < to { spans.append(UsageSpan(source: .rows, from: last, to: to)) }
        return spans + joined(broken, length: UsageHour.length, source: .rows)
    }

    /// - Parameters: whole hours.
    /// - Returns: nothing where there is no whole day.
    private static func days(from first: Int64?, to last: Int64?, dirty: [Int64]) -> [UsageSpan] {
        let day = UsageDay.length
        let begin = first.map { UsageDay.start(of: $0 + day - 1) }
        let end = last.map { UsageDay.start(of: $0) }
        if let begin, let end, begin >= end { return [] }
        var spans = [UsageSpan(source: .days, from: begin, to: end)]
        if let first, let begin, first < begin { spans.append(UsageSpan(source: .hours, from: first, to: begin)) }
        if let last, let end, end < last { spans.append(UsageSpan(source: .hours, from: end, to: last)) }
        let broken = dirty.map { UsageDay.start(of: $0) }.filter { $0 >= begin ?? .min && $0 < end ?? .max }
        return spans + joined(broken, length: day, source: .hours)
    }

    /// One span for pieces that follow each other; a piece may be named several times.
    private static func joined(_ starts: [Int64], length: Int64, source: Source) -> [UsageSpan] {
        var spans: [UsageSpan] = []
        for start in starts {
            if let end = spans.last?.to, end >= start {
                spans[spans.count - 1].to = start + length
            } else {
                spans.append(UsageSpan(source: source, from: start, to: start + length))
            }
        }
        return spans
    }
}
