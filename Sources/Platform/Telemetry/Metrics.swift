internal import Threading

/// The registry: makes metrics when the program starts, and writes all of them out for Prometheus.
///
/// Names and help texts are the program's own. Making one name twice is a fault of the program and stops it.
public final class Metrics: Sendable {
    /// The content type of `text()`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = Locked<[String: @Sendable () -> String]>([:])

    public init() {}

    // MARK: - One series

    /// - Parameter scale: what one unit of the count is in the metric's unit: 1e-9 to count nano-dollars.
    public func counter(_ name: StaticString, _ help: StaticString, scale: Double = 1) -> Counter {
        family(name, help, [], Counter.self, scale).with()
    }

    public func gauge(_ name: StaticString, _ help: StaticString) -> Gauge {
        family(name, help, [], Gauge.self, ()).with()
    }

    public func histogram(_ name: StaticString, _ help: StaticString, bounds: [Double]) -> Histogram {
        family(name, help, [], Histogram.self, bounds).with()
    }

    /// A gauge that is asked for its value when metrics are written, on the thread that does so; nil leaves it out.
    public func gauge(_ name: StaticString, _ help: StaticString, _ value: @escaping @Sendable () -> Double?) {
        observed(name, help, "gauge", value)
    }

    /// As the gauge, for a value that only grows.
    public func counter(_ name: StaticString, _ help: StaticString, _ value: @escaping @Sendable () -> Double?) {
        observed(name, help, "counter", value)
    }

    // MARK: - Series with labels

    public func counters(
        _ name: StaticString, _ help: StaticString, labels: String..., scale: Double = 1
    ) -> MetricFamily<Counter> {
        family(name, help, labels, Counter.self, scale)
    }

    public func gauges(_ name: StaticString, _ help: StaticString, labels: String...) -> MetricFamily<Gauge> {
        family(name, help, labels, Gauge.self, ())
    }

    public func histograms(
        _ name: StaticString, _ help: StaticString, labels: String..., bounds: [Double]
    ) -> MetricFamily<Histogram> {
        family(name, help, labels, Histogram.self, bounds)
    }

    // MARK: - Writing

    /// All metrics in the text exposition format, in the order of their names. Takes some microseconds a series, and the
    /// process metrics read /proc: on a loop no more often than Prometheus asks.
    public func text() -> String {
        let sorted = families.withLock { $0.sorted { $0.key < $1.key } }
        return sorted.map { $0.value() }.joined()
    }

    private func family<Series: Metric>(
        _ name: StaticString, _ help: StaticString, _ labels: [String], _ type: Series.Type, _ setup: Series.Setup
    ) -> MetricFamily<Series> {
        let name = name.description
        let head = MetricText.head(name, Series.type, help.description)
        let family = MetricFamily<Series>(name, labels: labels) { Series(setup) }
        register(name) {
            var text = head
            for (labels, series) in family.all { series.write(name, labels, to: &text) }
            return text
        }
        return family
    }

    private func observed(
        _ name: StaticString, _ help: StaticString, _ type: String, _ value: @escaping @Sendable () -> Double?
    ) {
        let name = name.description
        let head = MetricText.head(name, type, help.description)
        register(name) {
            guard let value = value() else { return "" }
            var text = head
            text.addSample(name, "", MetricText.number(value))
            return text
        }
    }

    private func register(_ name: String, _ write: @escaping @Sendable () -> String) {
        let isNew = families.withLock { $0.updateValue(write, forKey: name) == nil }
        precondition(isNew, "two metrics are called \(name)")
    }
}
