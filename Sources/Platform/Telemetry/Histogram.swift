internal import Synchronization

/// How often values fell below each of a few bounds. Observing is two atomic additions, from any thread.
///
/// `@unchecked Sendable`: `buckets` points to atomics, and neither it nor `bounds` ever changes.
public final class Histogram: Metric, @unchecked Sendable {
    private let bounds: [Double]
    /// One for each bound, of the values that are above the bound before it, and one for the rest.
    private let buckets: UnsafeMutablePointer<Atomic<Int>>
    private let sum = Atomic<UInt64>(0)

    /// - Parameter bounds: ascending; the infinite one is implied.
    required init(_ bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds of a histogram ascend")
        self.bounds = bounds
        buckets = .allocate(capacity: bounds.count + 1)
        for index in 0...bounds.count { (buckets + index).initialize(to: Atomic(0)) }
    }

    deinit {
        buckets.deinitialize(count: bounds.count + 1)
        buckets.deallocate()
    }

    public func observe(_ value: Double) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        buckets[index].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    /// In seconds, as Prometheus wants time.
    public func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

    static var type: String { "histogram" }

    func write(_ name: String, _ labels: String, to text: inout String) {
        var count = 0
        for index in 0...bounds.count {
            count += buckets[index].load(ordering: .relaxed)
            let bound = index < bounds.count ? MetricText.number(bounds[index]) : "+Inf"
            text.addSample(name + "_bucket", (labels.isEmpty ? "" : labels + ",") + "le=\"\(bound)\"", String(count))
        }
        text.addSample(name + "_sum", labels, MetricText.number(Double(bitPattern: sum.load(ordering: .relaxed))))
        text.addSample(name + "_count", labels, String(count))
    }
}

extension Histogram {
    /// Bounds in seconds for whole requests: from a cached answer to a long completion.
    public static let requestSeconds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
    ]
    /// Bounds in seconds for what the gateway itself adds.
    public static let overheadSeconds: [Double] = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5,
    ]
}
