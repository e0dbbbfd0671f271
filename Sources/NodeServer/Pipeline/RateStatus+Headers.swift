internal import ClusterState
internal import HTTPTypes

extension RateStatus {
    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI writes them; resets in seconds, `12.345s`.
    func append(to headers: inout HTTPHeaders) {
        append(requests, "requests", to: &headers)
        append(tokens, "tokens", to: &headers)
    }

    private func append(_ rate: Rate?, _ kind: String, to headers: inout HTTPHeaders) {
        guard let rate else { return }
        headers.append("x-ratelimit-limit-\(kind)", String(rate.limit))
        headers.append("x-ratelimit-remaining-\(kind)", String(rate.remaining))
        headers.append("x-ratelimit-reset-\(kind)", "\(rate.reset / .seconds(1))s")
    }
}
