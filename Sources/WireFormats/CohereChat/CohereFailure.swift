internal import GatewayTypes
internal import JSON

/// Classifies Cohere's errors: `{"message","id","error_type"}`, and the `error` that ends a stream.
enum CohereFailure {
    static func read(status: Int, body: [UInt8]) -> UpstreamFailure {
        var failure = ChatFailure.failure(status: status, body: body)
        if let kind = kind(failure.code, failure.message, status: status) { failure.kind = kind }
        return failure
    }

    /// An error under status 200.
    static func inside(_ message: String, type: String?) -> UpstreamFailure {
        UpstreamFailure(
            kind(type, message, status: 200) ?? .server, message: ProviderMessage.safe(message),
            code: type.map(ProviderMessage.safe), retryAfter: RetryHint.delay(in: message))
    }

    private static func kind(_ type: String?, _ message: String, status: Int) -> UpstreamFailure.Kind? {
        switch status {
        case 498: return .authentication
        case 499: return .cancelled
        case 429: return message.mentions("/ month") || message.mentions("per month") ? .quota : nil
        default: break
        }
        if type == "TOO_MANY_TOKENS" || message.mentions("too many tokens") { return .contextLength }
        if message.mentions("blocked input") || message.mentions("blocked output") { return .contentFilter }
        return message.mentions("invalid api token") || message.mentions("no api key supplied") ? .authentication : nil
    }
}
