internal import GatewayTypes
internal import JSON

/// What Google's token service said: a token and how long it lives, or why there is none.
enum GoogleTokenAnswer {
    struct Token: Sendable, Equatable {
        var text: String
        /// From the moment of the answer.
        var life: Duration
    }

    /// - Throws: why there is no token, for the account's operator: none of it is the caller's fault.
    static func read(status: Int, body: [UInt8]) throws(UpstreamFailure) -> Token {
        let json = try? JSONValue.parse(body)
        guard status == 200 else { throw failure(status: status, json) }
        guard let text = json?["access_token"]?.string, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw UpstreamFailure(.badAnswer, message: "Google's token service sent no token.") }
        let seconds = json?["expires_in"]?.int ?? 3_600
        return Token(text: text, life: .seconds(min(max(seconds, 0), 86_400)))
    }

    private static func failure(status: Int, _ json: JSONValue?) -> UpstreamFailure {
        let kind: UpstreamFailure.Kind =
            switch status {
            case 429: .rateLimit
            case 503: .overloaded
            case 500...: .server
            default: .authentication
            }
        var failure = UpstreamFailure(
            kind, status: status, message: "Google's token service answered with status \(status).",
            code: json?["error"]?.string)
        failure.detail = json?["error_description"]?.string
        return failure
    }
}
