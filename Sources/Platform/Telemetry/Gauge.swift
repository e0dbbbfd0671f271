internal import Synchronization

/// A number that goes up and down. Setting is one atomic instruction, adding a short loop of them; from any thread.
public final class Gauge: Metric {
    private let bits = Atomic<UInt64>(0)

    required init(_: Void) {}

    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    public func add(_ amount: Double) { bits.add(amount) }

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    static var type: String { "gauge" }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text.addSample(name, labels, MetricText.number(value))
    }
}

extension Atomic where Value == UInt64 {
    /// Adds to the Double whose bits these are.
    borrowing func add(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isDone, current) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if isDone { return }
            old = current
        }
    }
}
