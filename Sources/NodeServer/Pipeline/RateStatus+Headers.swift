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
            if let requests { Self.append(requests, .openAIRequests, to: &headers) }
            if let tokens { Self.append(tokens, .openAITokens, to: &headers) }
        case .anthropic:
            let now = now()
            if let requests { Self.append(requests, .anthropicRequests, to: &headers, now: now) }
            if let tokens { Self.append(tokens, .anthropicTokens, to: &headers, now: now) }
        }
    }

    /// Written out, because to put them together for each answer took longer than all else about them.
    private struct Names {
        let limit, remaining, reset: String

        static let openAIRequests = Names(
            limit: "x-ratelimit-limit-requests", remaining: "x-ratelimit-remaining-requests",
            reset: "x-ratelimit-reset-requests")
        static let openAITokens = Names(
            limit: "x-ratelimit-limit-tokens", remaining: "x-ratelimit-remaining-tokens",
            reset: "x-ratelimit-reset-tokens")
        static let anthropicRequests = Names(
            limit: "anthropic-ratelimit-requests-limit", remaining: "anthropic-ratelimit-requests-remaining",
            reset: "anthropic-ratelimit-requests-reset")
        static let anthropicTokens = Names(
            limit: "anthropic-ratelimit-tokens-limit", remaining: "anthropic-ratelimit-tokens-remaining",
            reset: "anthropic-ratelimit-tokens-reset")
    }

    /// As OpenAI writes them; resets in seconds, `12.345s`.
    private static func append(_ rate: Rate, _ names: Names, to headers: inout HTTPHeaders) {
        headers.append(names.limit, rate.limit)
        headers.append(names.remaining, rate.remaining)
        headers.append(names.reset) { value in
            value.append(thousandths: rate.reset.microseconds / 1000)
            value.append(UInt8(ascii: "s"))
        }
    }

    /// As Anthropic writes them; resets are dates.
    private static func append(_ rate: Rate, _ names: Names, to headers: inout HTTPHeaders, now: Int) {
        headers.append(names.limit, rate.limit)
        headers.append(names.remaining, rate.remaining)
        let wait = rate.reset.microseconds / 1000
        headers.append(names.reset, RFC3339.string(from: now + wait))
    }
}
