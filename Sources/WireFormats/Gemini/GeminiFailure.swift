internal import GatewayTypes
internal import JSON

/// Classifies Google's errors: `{"error":{"code","message","status","details"}}`, alone or in an array, over HTTP, in a
/// stream's record, or unframed where a stream should be.
enum GeminiFailure {
    static func read(status: Int, body: [UInt8]) -> UpstreamFailure {
        guard let value = try? JSONValue.parse(body) else { return .ofStatus(status) }
        guard let error = (value[0] ?? value)["error"], error.kind == .object else { return .ofStatus(status) }
        return read(error, status: status)
    }

    /// The same for a cloud that also passes on other makers' errors; `nil` where this is none of Google's.
    static func googles(status: Int, body: [UInt8]) -> UpstreamFailure? {
        guard let value = try? JSONValue.parse(body), let error = (value[0] ?? value)["error"],
            error["status"]?.kind == .string || error["code"]?.kind == .number
        else { return nil }
        return read(error, status: status)
    }

    /// The failure that an answer turns out to be.
    static func inAnswer(_ answer: JSONValue) -> UpstreamFailure? {
        guard let error = answer["error"], error.kind == .object else { return nil }
        return read(error, status: nil)
    }

    private static func read(_ error: JSONValue, status: Int?) -> UpstreamFailure {
        let status = status.flatMap { $0 >= 400 ? $0 : nil } ?? error["code"]?.int.flatMap { $0 >= 400 ? $0 : nil }
        let message = error["message"]?.string ?? "The provider reported an error without a message."
        let details = GeminiErrorDetails(error["details"], message: message)
        let code = error["status"]?.string
        return UpstreamFailure(
            kind(code: code, message: message, details: details, status: status), status: status,
            message: ProviderMessage.safe(message), code: code.map(ProviderMessage.safe), parameter: details.field,
            retryAfter: details.retryAfter)
    }

    private static func kind(
        code: String?, message: String, details: GeminiErrorDetails, status: Int?
    ) -> UpstreamFailure.Kind {
        if details.reason?.hasPrefix("API_KEY") == true || message.mentions("api key not valid")
            || message.mentions("api key expired")
        {
            return .authentication
        }
        return switch code {
        case "UNAUTHENTICATED": .authentication
        case "PERMISSION_DENIED": message.mentions("unregistered callers") ? .authentication : .permission
        case "INVALID_ARGUMENT", "OUT_OF_RANGE": invalid(message)
        case "FAILED_PRECONDITION": precondition(message)
        case "NOT_FOUND": .notFound
        case "RESOURCE_EXHAUSTED": details.isQuota ? .quota : .rateLimit
        case "UNAVAILABLE": .overloaded
        case "DEADLINE_EXCEEDED": .timeout
        case "INTERNAL", "UNKNOWN", "ABORTED", "CANCELLED", "DATA_LOSS": .server
        default: status.map(UpstreamFailure.Kind.ofStatus) ?? .server
        }
    }

    private static func invalid(_ message: String) -> UpstreamFailure.Kind {
        if message.mentions("token count") && message.mentions("exceeds") { return .contextLength }
        if message.mentions("exceeds the maximum number of tokens") { return .contextLength }
        if SealedThinking.isRefused(message.lowercased()) { return .unsupported }
        return message.mentions("payload size exceeds") ? .tooLarge : .badRequest
    }

    private static func precondition(_ message: String) -> UpstreamFailure.Kind {
        if message.mentions("location is not supported") { return .forbiddenRequest }
        return message.mentions("billing") ? .quota : .badRequest
    }
}
