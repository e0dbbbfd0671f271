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
    private let series = Locked<[[String]: Series]>([:])

    init(_ name: String, labels: [String], _ make: @escaping @Sendable () -> Series) {
        self.name = name
        self.labels = labels
        self.make = make
    }

    /// The series with these label values, in the order of the family's labels; made on first use.
    public func with(_ values: String...) -> Series {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        return series.withLock { series in
            if let known = series[values] { return known }
            let isFull = series.count >= Self.mostSeries
            let key = isFull ? labels.map { _ in "other" } : values
            if isFull, let known = series[key] { return known }
            let new = make()
            series[key] = new
            return new
        }
    }

    /// Every series with its labels as they stand between braces, in the order of their values.
    var all: [(labels: String, series: Series)] {
        series.withLock { $0.map { ($0.key, $0.value) } }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }
            .map { (MetricText.labels(labels, $0.0), $0.1) }
    }
}
