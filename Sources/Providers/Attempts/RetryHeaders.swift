internal import HTTPTypes
internal import Telemetry
internal import WireFormats

/// How long the headers of a failed answer ask to leave the provider alone; `RetryHint` reads its body.
///
/// In order of trust: `retry-after-ms`, `retry-after` (seconds or an HTTP date), the longest of the exhausted
/// `x-ratelimit-reset-*` (OpenAI's `6m0s`, seconds) or `anthropic-ratelimit-*-reset` (RFC 3339).
enum RetryHeaders {
    /// - Parameter now: Unix milliseconds.
    /// - Returns: at most a day.
    static func wait(_ headers: HTTPHeaders, now: Int) -> Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text) { return bounded(milliseconds / 1000) }
        if let text = headers["retry-after"] {
            if let seconds = Double(text) { return bounded(seconds) }
            if let date = HTTPDate.unixSeconds(text) { return bounded(Double(date) - Double(now) / 1000) }
        }
        var longest: Duration?
        for kind in ["requests", "tokens"] {
            guard headers["x-ratelimit-remaining-\(kind)"].flatMap(Double.init) ?? 0 <= 0 else { continue }
            if let text = headers["x-ratelimit-reset-\(kind)"], let wait = RetryHint.duration(text[...]) {
                longest = max(longest ?? .zero, min(wait, day))
            }
        }
        for kind in ["requests", "tokens", "input-tokens", "output-tokens"] {
            guard headers["anthropic-ratelimit-\(kind)-remaining"].flatMap(Double.init) ?? 1 <= 0,
                let text = headers["anthropic-ratelimit-\(kind)-reset"],
                let date = RFC3339.milliseconds(from: text),
                let wait = bounded(Double(date - now) / 1000)
            else { continue }
            longest = max(longest ?? wait, wait)
        }
        return longest
    }

    private static let day = Duration.seconds(86_400)

    /// At most a day, so that one absurd header does not switch a provider off for good.
    private static func bounded(_ seconds: Double) -> Duration? {
        guard seconds.isFinite else { return nil }
        return .milliseconds(Int64(min(max(seconds, 0), 86_400) * 1000))
    }
}
