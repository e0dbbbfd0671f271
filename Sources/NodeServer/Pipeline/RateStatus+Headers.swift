internal import ClusterState
internal import GatewayTypes
internal import HTTPTypes
internal import Telemetry
internal import WireFormats

extension RateStatus {
    /// - Parameter now: Unix milliseconds.
    func append(to headers: inout HTTPHeaders, as names: DialectHeaders, now: @autoclosure () -> Int) {
        switch names {
        case .openAI:
            if let requests { Self.append(requests, "requests", to: &headers) }
            if let tokens { Self.append(tokens, "tokens", to: &headers) }
        case .anthropic:
            let now = now()
            if let requests { Self.append(requests, "requests", to: &headers, now: now) }
            if let tokens { Self.append(tokens, "tokens", to: &headers, now: now) }
        }
    }

    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI writes them; resets in seconds, `12.345s`.
    private static func append(_ rate: Rate, _ kind: String, to headers: inout HTTPHeaders) {
        headers.append("x-ratelimit-limit-\(kind)", rate.limit)
        headers.append("x-ratelimit-remaining-\(kind)", rate.remaining)
        headers.append("x-ratelimit-reset-\(kind)") { value in
            value.append(thousandths: rate.reset.microseconds / 1000)
            value.append(UInt8(ascii: "s"))
        }
    }

    /// `anthropic-ratelimit-{requests,tokens}-{limit,remaining,reset}`; resets are dates.
    private static func append(_ rate: Rate, _ kind: String, to headers: inout HTTPHeaders, now: Int) {
        headers.append("anthropic-ratelimit-\(kind)-limit", rate.limit)
        headers.append("anthropic-ratelimit-\(kind)-remaining", rate.remaining)
        let wait = rate.reset.microseconds / 1000
        headers.append("anthropic-ratelimit-\(kind)-reset", RFC3339.string(from: now + wait))
    }
}
