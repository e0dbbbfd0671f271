import HTTPTypes
import Testing

@testable import Providers

@Suite("RetryHeaders")
struct RetryHeadersTests {
    /// 2026-11-21T10:00:00Z
    private static let now = 1_795_255_200_000

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
