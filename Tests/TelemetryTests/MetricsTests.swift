import Glibc
import Testing
import Threading

@testable import Telemetry

@Suite("Metrics", .timeLimit(.minutes(5)))
struct MetricsTests {
    /// The samples of a text, by name and labels; fails on a line that is neither sample nor comment.
    private func samples(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                Issue.record("no sample: \(line)")
                continue
            }
            #expect(samples.updateValue(value, forKey: String(line[..<space])) == nil, "twice: \(line)")
        }
        return samples
    }

    @Test("The text has help, type and samples in the order of names")
    func text() {
        let metrics = Metrics()
        let requests = metrics.counters("test_requests_total", "Requests answered.", labels: "route", "status")
        metrics.gauge("test_open", "Open requests.").set(2.5)
        requests.with("chat", "500").add()
        requests.with("chat", "200").add(41)
        requests.with("chat", "200").add()
        #expect(
            metrics.text() == """
                # HELP test_open Open requests.
                # TYPE test_open gauge
                test_open 2.5
                # HELP test_requests_total Requests answered.
                # TYPE test_requests_total counter
                test_requests_total{route="chat",status="200"} 42
                test_requests_total{route="chat",status="500"} 1

                """)
    }

    @Test("Help and label values are escaped")
    func escaping() {
        let metrics = Metrics()
        metrics.counters("test_total", "A \\ and\na line.", labels: "name").with("a\\b\"c\nd").add()
        #expect(
            metrics.text() == #"""
                # HELP test_total A \\ and\na line.
                # TYPE test_total counter
                test_total{name="a\\b\"c\nd"} 1

                """#)
    }

    @Test("A histogram's buckets are cumulative, bounds belong to the bucket below, and sum and count fit")
    func histogram() {
        let metrics = Metrics()
        let family = metrics.histograms("test_seconds", "Time.", labels: "route", bounds: [0.1, 1, 10])
        for value in [0.05, 0.1, 0.5, 1, 5, 50] { family.with("a").observe(value) }
        family.with("a").observe(.milliseconds(250))
        metrics.histogram("test_bytes", "Size.", bounds: [100]).observe(3)
        let samples = samples(metrics.text())
        #expect(samples[#"test_seconds_bucket{route="a",le="0.1"}"#] == 2)
        #expect(samples[#"test_seconds_bucket{route="a",le="1"}"#] == 5)
        #expect(samples[#"test_seconds_bucket{route="a",le="10"}"#] == 6)
        #expect(samples[#"test_seconds_bucket{route="a",le="+Inf"}"#] == 7)
        #expect(samples[#"test_seconds_count{route="a"}"#] == 7)
        #expect(abs((samples[#"test_seconds_sum{route="a"}"#] ?? 0) - 56.9) < 1e-9)
        #expect(samples[#"test_bytes_bucket{le="100"}"#] == 1)
        #expect(samples["test_bytes_sum"] == 3)
    }

    @Test("A scaled counter adds exactly and is told in the metric's unit")
    func scaled() {
        let metrics = Metrics()
        let cost = metrics.counter("test_cost_usd_total", "Cost.", scale: 1e-9)
        for _ in 0..<10 { cost.add(100_000_000) }
        cost.add(500_000_000)
        #expect(cost.value == 1_500_000_000)
        #expect(samples(metrics.text())["test_cost_usd_total"] == 1.5)
    }

    @Test("Nothing is lost when threads add at once")
    func threads() {
        let metrics = Metrics()
        let counter = metrics.counter("test_total", "Count.")
        let gauge = metrics.gauge("test_level", "Level.")
        let histogram = metrics.histogram("test_seconds", "Time.", bounds: [1])
        let ended = (0..<4).map { _ in HandOver<Bool>() }
        for end in ended {
            #expect(
                Thread.start(name: "adder") {
                    for _ in 0..<10_000 {
                        counter.add()
                        gauge.add(2)
                        histogram.observe(0.5)
                    }
                    end.put(true)
                })
        }
        for end in ended { #expect(end.take()) }
        let samples = samples(metrics.text())
        #expect(samples["test_total"] == 40_000)
        #expect(samples["test_level"] == 80_000)
        #expect(samples["test_seconds_count"] == 40_000)
        #expect(samples["test_seconds_sum"] == 20_000)
    }

    @Test("Past a thousand sets of label values the rest share one series")
    func bounded() {
        let metrics = Metrics()
        let family = metrics.counters("test_total", "Count.", labels: "name")
        for number in 0..<3000 { family.with("n\(number)").add() }
        let samples = samples(metrics.text())
        #expect(samples.count == 1001)
        #expect(samples[#"test_total{name="other"}"#] == 2000)
        family.with("n5").add()
        #expect(self.samples(metrics.text())[#"test_total{name="n5"}"#] == 2)
    }

    @Test("A gauge that is asked is asked each time, and left out when it has no answer")
    func asked() {
        let metrics = Metrics()
        let answer = Locked<Double?>(1)
        metrics.gauge("test_asked", "Asked.") { answer.withLock { $0 } }
        #expect(samples(metrics.text()) == ["test_asked": 1])
        answer.withLock { $0 = .infinity }
        #expect(metrics.text().contains("test_asked +Inf\n"))
        answer.withLock { $0 = nil }
        #expect(metrics.text().isEmpty)
    }

    @Test("The process tells of itself truthfully")
    func process() throws {
        let metrics = Metrics()
        metrics.addProcess()
        let samples = samples(metrics.text())
        let resident = try #require(samples["process_resident_memory_bytes"])
        #expect(resident > 1_000_000)
        #expect(try #require(samples["process_virtual_memory_bytes"]) >= resident)
        #expect(try #require(samples["process_open_fds"]) >= 3)
        #expect(try #require(samples["process_max_fds"]) >= 100)
        #expect(try #require(samples["process_cpu_seconds_total"]) > 0)
        let age = Double(WallClock.now()) / 1000 - (try #require(samples["process_start_time_seconds"]))
        #expect((-1..<3600).contains(age))
    }
}
