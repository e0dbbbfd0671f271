internal import ClusterState
internal import GatewayTypes
internal import HTTPTypes

extension RateStatus {
    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI writes them; resets in seconds, `12.345s`.
    func append(to headers: inout HTTPHeaders) {
        if let requests {
            headers.append("x-ratelimit-limit-requests", requests.limit)
            headers.append("x-ratelimit-remaining-requests", requests.remaining)
            append(requests.reset, as: "x-ratelimit-reset-requests", to: &headers)
        }
        if let tokens {
            headers.append("x-ratelimit-limit-tokens", tokens.limit)
            headers.append("x-ratelimit-remaining-tokens", tokens.remaining)
            append(tokens.reset, as: "x-ratelimit-reset-tokens", to: &headers)
        }
    }

    private func append(_ reset: Duration, as name: String, to headers: inout HTTPHeaders) {
        headers.append(name) { value in
            value.append(thousandths: reset.microseconds / 1000)
            value.append(UInt8(ascii: "s"))
        }
    }
}
