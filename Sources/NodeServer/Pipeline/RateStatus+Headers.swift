internal import ClusterState
internal import HTTPTypes

extension RateStatus {
    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI writes them; resets in seconds, `12.345s`.
    func append(to headers: inout HTTPHeaders) {
        if let requests {
            headers.append("x-ratelimit-limit-requests", requests.limit)
            headers.append("x-ratelimit-remaining-requests", requests.remaining)
            headers.append("x-ratelimit-reset-requests", requests.reset.seconds + "s")
        }
        if let tokens {
            headers.append("x-ratelimit-limit-tokens", tokens.limit)
            headers.append("x-ratelimit-remaining-tokens", tokens.remaining)
            headers.append("x-ratelimit-reset-tokens", tokens.reset.seconds + "s")
        }
    }
}
