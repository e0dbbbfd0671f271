/// A span of time, and where its sums come from.
struct UsageSpan: Equatable, Sendable {
    enum Source: Sendable {
        /// `usage_hourly`, but for its dirty hours.
        case hours
        case rows
    }

    var source: Source
    /// Unix milliseconds, included; `nil` is the beginning of time.
    var from: Int64?
    /// Unix milliseconds, excluded; `nil` is its end.
    var to: Int64?

    /// Covers the time from `from` to `to` once: whole hours by their sums; the ends, and hours whose sums are not whole, by
    /// their rows.
    /// - Parameter dirty: hours whose sums are not whole, in order.
    static func cover(from: Int64?, to: Int64?, dirty: [Int64]) -> [UsageSpan] {
        // The year 10000 and what is beyond are all the same.
        let (from, to) = (from.map { min(max($0, -1 << 50), 1 << 50) }, to.map { min(max($0, -1 << 50), 1 << 50) })
        let first = from.map { UsageHour.start(of: $0 + UsageHour.length - 1) }
        let last = to.map { UsageHour.start(of: $0) }
        if let first, let last, first >= last { return [UsageSpan(source: .rows, from: from, to: to)] }
        var spans = [UsageSpan(source: .hours, from: first, to: last)]
        if let from, let first, from < first { spans.append(UsageSpan(source: .rows, from: from, to: first)) }
        if let to, let last, last < to { spans.append(UsageSpan(source: .rows, from: last, to: to)) }
        for hour in dirty where hour >= first ?? .min && hour < last ?? .max {
            if let previous = spans.last, previous.source == .rows, previous.to == hour {
                spans[spans.count - 1].to = hour + UsageHour.length
            } else {
                spans.append(UsageSpan(source: .rows, from: hour, to: hour + UsageHour.length))
            }
        }
        return spans
    }
}
