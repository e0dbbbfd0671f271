internal import ClusterState
internal import GatewayTypes
internal import Telemetry

/// What the node counts. Labels come from closed sets: what the configuration names, and this program's own words.
struct NodeMetrics: Sendable {
    let registry = Metrics()
    private let requests: MetricFamily<Counter>
    private let refusals: MetricFamily<Counter>
    private let attempts: MetricFamily<Counter>
    private let tokens: MetricFamily<Counter>
    private let cost: Counter
    private let duration: Histogram
    private let firstToken: Histogram
    private let overhead: Histogram

    init() {
        requests = registry.counters(
            "switchyard_requests_total", "Admitted requests that have ended.", labels: "route", "status")
        refusals = registry.counters(
            "switchyard_refusals_total", "Requests refused before admission.", labels: "code")
        attempts = registry.counters(
            "switchyard_attempts_total", "Attempts at upstreams.", labels: "provider", "result")
        tokens = registry.counters("switchyard_tokens_total", "Tokens of answers.", labels: "provider", "kind")
        cost = registry.counter("switchyard_cost_usd_total", "Cost of answers with a known price.", scale: 1e-12)
        duration = registry.histogram(
            "switchyard_request_duration_seconds", "From the request's head to the answer's end.",
            bounds: Histogram.requestSeconds)
        firstToken = registry.histogram(
            "switchyard_first_token_seconds", "From the request's head to a stream's first token.",
            bounds: Histogram.requestSeconds)
        overhead = registry.histogram(
            "switchyard_gateway_seconds", "Time spent in the gateway itself.", bounds: Histogram.overheadSeconds)
        registry.addProcess()
    }

    func count(_ record: UsageRecord) {
        requests.with(record.route, String(record.status)).add()
        for attempt in record.attempts { attempts.with(attempt.provider, attempt.errorCode ?? "ok").add() }
        if let provider = record.provider {
            tokens.with(provider, "prompt").add(record.usage.promptTokens)
            tokens.with(provider, "completion").add(record.usage.completionTokens)
        }
        if let spent = record.cost { cost.add(Int(spent.picodollars)) }
        duration.observe(record.duration)
        overhead.observe(record.gateway)
        if let first = record.firstToken { firstToken.observe(first) }
    }

    func addLedger(_ ledger: UsageLedger, _ cluster: Cluster?) {
        registry.counter(
            "switchyard_usage_rejected_rows_total",
            "Usage rows in rejected.jsonl, as the database refused them for good."
        ) { Double(ledger.rejectedCount) }
        guard let cluster else { return }
        registry.gauge(
            "switchyard_usage_stream_entries", "Usage rows of all nodes that wait in Redis for the database."
        ) { Double(cluster.usageStreamEntries) }
    }

    func count(_ refusal: GatewayError) { refusals.with(refusal.code ?? "invalid_request").add() }
}
