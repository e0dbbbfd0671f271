internal import GatewayTypes
internal import JSON

/// Classifies Amazon Bedrock's errors: the type in a header, in the body's `__type` or in a stream message's header, and a
/// body `{"message"}`.
enum BedrockFailure {
    /// - Parameters:
    ///   - status: the HTTP status; `nil` inside a stream.
    ///   - type: such as `ValidationException`, perhaps with a namespace before `#` or an address after `:`.
    static func read(status: Int?, type: String?, body: [UInt8]) -> UpstreamFailure {
        let json = (try? JSONValue.parse(body)).flatMap { $0.kind == .object ? $0 : nil }
        let message = json?["message"]?.string ?? json?["Message"]?.string ?? ""
        let original = json?["originalMessage"]?.string.map { $0.isEmpty || message.isEmpty ? $0 : ": \($0)" } ?? ""
        guard let type = type ?? json?["__type"]?.string ?? (message.isEmpty ? nil : "") else {
            return .ofStatus(status ?? 500)
        }
        return read(status: status, type: type, message: message + original)
    }

    static func read(status: Int?, type: String, message: String) -> UpstreamFailure {
        let known = status.flatMap { $0 >= 400 ? $0 : nil }
        let name = shortName(type)
        let words =
            message.isEmpty
            ? (name.isEmpty ? "The provider reported an error without a message." : "The provider reported \(name).")
            : message
        return UpstreamFailure(
            kind(name.lowercased(), message, status: known), status: known, message: ProviderMessage.safe(words),
            code: name.isEmpty ? nil : ProviderMessage.safe(name), retryAfter: RetryHint.delay(in: message))
    }

    /// `com.amazon.coral.service#ExpiredTokenException:http://...` is `ExpiredTokenException`.
    private static func shortName(_ type: String) -> String {
        let name = type.split(separator: ":", omittingEmptySubsequences: false)[0]
        return String(name.split(separator: "#").last ?? "")
    }

    private static func kind(_ name: String, _ message: String, status: Int?) -> UpstreamFailure.Kind {
        switch name {
        case "throttlingexception", "toomanyrequestsexception":
            message.mentions("per day") ? .quota : .rateLimit
        case "servicequotaexceededexception": .quota
        case "validationexception": invalid(message)
        case "accessdeniedexception": .permission
        case "unrecognizedclientexception", "invalidsignatureexception", "expiredtokenexception",
            "missingauthenticationtokenexception", "incompletesignatureexception", "invalidclienttokenid",
            "signaturedoesnotmatch", "requestexpired":
            .authentication
        case "resourcenotfoundexception": .notFound
        case "modeltimeoutexception": .timeout
        case "modelnotreadyexception", "serviceunavailableexception": .overloaded
        case "modelerrorexception", "modelstreamerrorexception", "internalserverexception", "internalfailure": .server
        case "requestentitytoolargeexception": .tooLarge
        default: status.map { $0 == 400 ? invalid(message) : .ofStatus($0) } ?? .server
        }
    }

    private static let contextWords = [
        "input is too long", "prompt is too long", "too many tokens", "maximum context length", "context window",
        "maximum number of tokens", "maximum tokens", "too many total text bytes", "context limit",
    ]
    private static let modelWords = [
        "model identifier is invalid", "on-demand throughput isn", "model id does not exist",
        "has reached the end of its life", "support counting tokens",
    ]
    private static let filterWords = ["content filtering policy", "content policy", "blocked by"]

    private static func invalid(_ message: String) -> UpstreamFailure.Kind {
        if contextWords.contains(where: message.mentions) { return .contextLength }
        if modelWords.contains(where: message.mentions) { return .notFound }
        return filterWords.contains(where: message.mentions) ? .contentFilter : .badRequest
    }
}
