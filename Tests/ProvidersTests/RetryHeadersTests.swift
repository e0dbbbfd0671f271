import HTTPTypes
import Testing

@testable import Providers

@Suite("RetryHeaders")
struct RetryHeadersTests {
    /// 2026-11-21T10:00:00Z
    private static let now = 1_795_255_200_000

    @Test(
        "Whatever a provider puts into these headers, the wait is none or between nothing and a day",
        arguments: [
            "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e308", "1e400", "-1e400", "-0",
            "1e-400",
            "nan", "inf", "-inf", "0x7fffffffffffffff", "999999999d", "99999999.9d999999999d999999999d", "1e9h", "-5s",
            "5 s",
            "Sat, 21 Nov 2026 9223372036854775807:00:30 GMT", "Sat, 21 Nov 2026 10:153722867280912931:00 GMT",
            "Sat, 9223372036854775807 Nov 2026 10:00:30 GMT", "Sat, 21 Nov 9223372036854775807 10:00:30 GMT",
            "Sat, 21 Nov 2026 -1:-1:-1 GMT", "9999-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "\u{663}", "", " ",
            "1 000",
        ])
    func oddHeaders(text: String) {
        let names = [
            "retry-after-ms", "retry-after", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens",
            "x-ratelimit-remaining-requests", "anthropic-ratelimit-tokens-remaining",
            "anthropic-ratelimit-tokens-reset",
        ]
        for name in names {
            for other in ["", "x-ratelimit-reset-tokens", "anthropic-ratelimit-tokens-remaining"] {
                var headers: HTTPHeaders = [:]
                if !other.isEmpty { headers[other] = "0" }
                headers[name] = text
                let wait = RetryHeaders.wait(headers, now: Self.now) ?? .zero
                #expect(wait >= .zero && wait <= .seconds(86_400))
            }
        }
    }

    @Test(
        "Every header by which a provider asks for time is understood",
        arguments: [
            (["retry-after": "7"], Duration.seconds(7)),
            (["retry-after": "0.5"], .milliseconds(500)),
            (["retry-after-ms": "250", "retry-after": "9"], .milliseconds(250)),
            (["retry-after": "Sat, 21 Nov 2026 10:00:30 GMT"], .seconds(30)),
            (["x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"], .seconds(360)),
            (
                [
                    "x-ratelimit-remaining-tokens": "10", "x-ratelimit-reset-tokens": "6m0s",
                    "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "250ms",
                ], .milliseconds(250)
            ),
            (
                [
                    "anthropic-ratelimit-tokens-remaining": "0",
                    "anthropic-ratelimit-tokens-reset": "2026-11-21T10:00:12Z",
                ], .seconds(12)
            ),
        ] as [([String: String], Duration)])
    func understood(fields: [String: String], wait: Duration) {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.append(name, value) }
        #expect(RetryHeaders.wait(headers, now: Self.now) == wait)
    }

    @Test("Nonsense is no hint, and no hint lasts over a day", arguments: ["soon", "-", "1e400", ""])
    func nonsense(value: String) {
        #expect(RetryHeaders.wait(["retry-after": value], now: Self.now) == nil)
    }

    @Test("A wait is bounded by a day and never negative")
    func bounded() {
        #expect(RetryHeaders.wait(["retry-after": "99999999"], now: Self.now) == .seconds(86_400))
        #expect(
            RetryHeaders.wait(["retry-after": "Sat, 21 Nov 2026 09:00:00 GMT"], now: Self.now)
                == .zero)
    }
}
