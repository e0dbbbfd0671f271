internal import GatewayTypes
internal import JSON

/// Classifies Anthropic's errors: `{"type":"error","error":{"type","message"}}` over HTTP and inside a stream.
enum AnthropicFailure {
    static func read(status: Int, body: [UInt8]) -> UpstreamFailure {
        guard let value = try? JSONValue.parse(body), let error = value["error"], error.kind == .object else {
            return .ofStatus(status)
        }
        return read(error, status: status)
    }

    /// - Parameter status: the HTTP status, unless the error came under one that is no error.
    static func read(_ error: JSONValue, status: Int?) -> UpstreamFailure {
        let status = status.flatMap { $0 >= 400 ? $0 : nil }
        let type = error["type"]?.string
        let message = error["message"]?.string ?? "The provider reported an error without a message."
        return UpstreamFailure(
            kind(type: type, message: message, status: status), status: status, message: ProviderMessage.safe(message),
            code: type.map(ProviderMessage.safe), retryAfter: RetryHint.delay(in: message))
    }

    private static func kind(type: String?, message: String, status: Int?) -> UpstreamFailure.Kind {
        switch type {
        case "authentication_error": .authentication
        case "billing_error": .quota
        case "permission_error":
            message.mentions("region") || message.mentions("country") ? .forbiddenRequest : .permission
        case "not_found_error": .notFound
        case "request_too_large": .tooLarge
        case "rate_limit_error": message.mentions("credit balance") ? .quota : .rateLimit
        case "timeout_error": .timeout
        case "overloaded_error": .overloaded
        case "api_error": .server
        case "invalid_request_error": invalidRequest(message, status: status)
        default: status.map(UpstreamFailure.Kind.ofStatus) ?? .server
        }
    }

    private static let contextWords = [
        "prompt is too long", "input is too long", "exceed context limit", "context window", "context length",
    ]
    private static let quotaWords = ["credit balance", "usage limits", "purchase credits"]
    private static let filterWords = ["content filtering policy", "content policy"]

    private static func invalidRequest(_ message: String, status: Int?) -> UpstreamFailure.Kind {
        if contextWords.contains(where: message.mentions) { return .contextLength }
        if quotaWords.contains(where: message.mentions) { return .quota }
        if filterWords.contains(where: message.mentions) { return .contentFilter }
        if SealedThinking.isRefused(message.lowercased()) { return .unsupported }
        return status == 413 ? .tooLarge : .badRequest
    }
}
