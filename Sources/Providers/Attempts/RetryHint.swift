internal import HTTPTypes
internal import Telemetry

/// How long an upstream asks to be left alone, wherever it says so.
///
/// In order of trust: `retry-after-ms`, `retry-after` (seconds or an HTTP date), the longest of the exhausted
/// `x-ratelimit-reset-*` (OpenAI's `6m0s`, seconds) or `anthropic-ratelimit-*-reset` (RFC 3339), and words such as
/// "try again in 7.66s" in the message.
enum RetryHint {
    static func wait(headers: HTTPHeaders, message: String, now: Int) -> Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text) { return bounded(milliseconds / 1000) }
        if let text = headers["retry-after"] {
            if let seconds = Double(text) { return bounded(seconds) }
            if let date = HTTPDate.unixSeconds(text) { return bounded(Double(date) - Double(now) / 1000) }
        }
        return reset(headers, now) ?? inWords(message)
    }

    private static func reset(_ headers: HTTPHeaders, _ now: Int) -> Duration? {
        var longest: Duration?
        for kind in ["requests", "tokens"] {
            guard headers["x-ratelimit-remaining-\(kind)"].flatMap(Double.init) ?? 0 <= 0 else { continue }
            if let text = headers["x-ratelimit-reset-\(kind)"], let wait = span(text) {
                longest = max(longest ?? wait, wait)
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

    private static func inWords(_ message: String) -> Duration? {
        let lower = message.lowercased()
        for phrase in ["try again in ", "retry in ", "retry after "] {
            guard let place = find(phrase, in: lower) else { continue }
            if let wait = span(String(lower[place...].prefix { !$0.isWhitespace })) { return wait }
        }
        return nil
    }

    private static func find(_ phrase: String, in text: String) -> String.Index? {
        let wanted = Array(phrase.utf8)
        let bytes = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        {
            return text.utf8.index(text.startIndex, offsetBy: start + wanted.count)
        }
        return nil
    }

    /// `7.66s`, `6m0s`, `250ms`, `1h2m`, or bare seconds.
    static func span(_ text: String) -> Duration? {
        var seconds = 0.0
        var number = ""
        var found = false
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if character.isNumber || character == "." {
                number.append(character)
                continue
            }
            guard let value = Double(number) else { break }
            number = ""
            switch character {
            case "h": seconds += value * 3600
            case "m" where rest.first == "s":
                rest.removeFirst()
                seconds += value / 1000
            case "m": seconds += value * 60
            case "s": seconds += value
            default: return found ? bounded(seconds) : nil
            }
            found = true
        }
        if let value = Double(number) { return bounded(seconds + value) }
        return found ? bounded(seconds) : nil
    }

    /// At most a day, so that one absurd header does not switch a provider off for good.
    private static func bounded(_ seconds: Double) -> Duration? {
        guard seconds.isFinite else { return nil }
        return .milliseconds(Int64(min(max(seconds, 0), 86_400) * 1000))
    }
}
