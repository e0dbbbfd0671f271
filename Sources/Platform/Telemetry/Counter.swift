internal import Synchronization

/// A number that only grows. Adding is one atomic instruction, from any thread; the order of additions does not matter.
public final class Counter: Metric {
    private let count = Atomic<Int>(0)
    private let scale: Double

    /// - Parameter scale: what one unit of the count is in the metric's unit, so that sums of fractions stay exact: money
    ///   counted in nano-dollars has 1e-9.
    required init(_ scale: Double) { self.scale = scale }

    /// - Parameter amount: not negative.
    public func add(_ amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }

    /// The count, not scaled.
    public var value: Int { count.load(ordering: .relaxed) }

    static var type: String { "counter" }

    func write(_ name: String, _ labels: String, to text: inout String) {
        let count = value
        text.addSample(name, labels, scale == 1 ? String(count) : MetricText.number(Double(count) * scale))
    }
}
