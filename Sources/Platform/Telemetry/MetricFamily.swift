internal import Threading

/// The series of one name, told apart by their label values: `Counter`s, `Gauge`s or `Histogram`s.
///
/// Look a series up once and keep it: the look-up takes a lock. Label values come from closed sets (routes, providers,
/// status codes), never from a caller's text; as a safeguard, past `mostSeries` every new set of values shares one series
/// whose labels are all `other`.
public final class MetricFamily<Series: AnyObject & Sendable>: Sendable {
    static var mostSeries: Int { 1000 }

    let name: String
    private let labels: [String]
    private let make: @Sendable () -> Series
    private let series = Locked<[LabelValues: Series]>([:])

    /// At most two, so that a look-up needs no memory.
    private struct LabelValues: Hashable, Sendable {
        var first = ""
        var second = ""

        func list(_ count: Int) -> [String] { Array([first, second].prefix(count)) }
    }

    init(_ name: String, labels: [String], _ make: @escaping @Sendable () -> Series) {
        precondition(labels.count <= 2, "\(name) has more than two labels")
        self.name = name
        self.labels = labels
        self.make = make
    }

    /// The series with these label values, in the order of the family's labels; made on first use.
    public func with(_ first: String, _ second: String) -> Series {
        with(LabelValues(first: first, second: second), count: 2)
    }

    public func with(_ value: String) -> Series { with(LabelValues(first: value), count: 1) }

    func with() -> Series { with(LabelValues(), count: 0) }

    private func with(_ values: LabelValues, count: Int) -> Series {
        precondition(count == labels.count, "\(name) has \(labels.count) labels")
        return series.withLock { series in
            if let known = series[values] { return known }
            let isFull = series.count >= Self.mostSeries
            let key = isFull ? LabelValues(first: "other", second: count > 1 ? "other" : "") : values
            if isFull, let known = series[key] { return known }
            let new = make()
            series[key] = new
            return new
        }
    }

    /// Every series with its labels as they stand between braces, in the order of their values.
    var all: [(labels: String, series: Series)] {
        series.withLock { $0.map { ($0.key.list(labels.count), $0.value) } }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }
            .map { (MetricText.labels(labels, $0.0), $0.1) }
    }
}
