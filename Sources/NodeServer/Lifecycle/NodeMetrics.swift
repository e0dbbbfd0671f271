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

    /// Reads the fields one by one: to pass the record would copy it.
    func count(_ exchange: Exchange) {
        requests.with(exchange.record.route, String(exchange.record.status)).add()
        for attempt in exchange.record.attempts { attempts.with(attempt.provider, attempt.errorCode ?? "ok").add() }
        if let provider = exchange.record.provider {
            tokens.with(provider, "prompt").add(exchange.record.usage.promptTokens)
            tokens.with(provider, "completion").add(exchange.record.usage.completionTokens)
        }
        if let spent = exchange.record.cost { cost.add(Int(spent.picodollars)) }
        duration.observe(exchange.record.duration)
        overhead.observe(exchange.record.gateway)
        if let first = exchange.record.firstToken { firstToken.observe(first) }
    }

    func addLedger(_ ledger: UsageLedger, _ cluster: Cluster?) {
        registry.counter(
            "switchyard_usage_rejected_rows_total",
            "Usage rows in rejected.jsonl, as the database refused them for good."
        ) { Double(ledger.rejectedCount) }
        guard let cluster else { return }
        registry.gauge(
            "switchyard_usage_stream_entries",
            "Usage rows in Redis that wait for the database for longer than they should."
        ) { Double(cluster.usageStreamEntries) }
    }

    func count(_ refusal: GatewayError) { refusals.with(refusal.code ?? "invalid_request").add() }
}
