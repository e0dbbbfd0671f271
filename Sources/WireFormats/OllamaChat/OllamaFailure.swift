internal import GatewayTypes
internal import JSON

/// Classifies Ollama's errors: `{"error":"..."}`, or the object that its hosted service sends.
enum OllamaFailure {
    static func read(status: Int, body: [UInt8]) -> UpstreamFailure {
        guard let value = try? JSONValue.parse(body), let message = message(value) else { return .ofStatus(status) }
        return failure(message, status: status >= 400 ? status : nil)
    }

    /// The failure that an answer or a line turns out to be.
    static func inAnswer(_ answer: JSONValue) -> UpstreamFailure? {
        message(answer).map { failure($0, status: nil) }
    }

    private static func message(_ value: JSONValue) -> String? {
        guard let error = value["error"], !error.isNull else { return nil }
        return error.string ?? error["message"]?.string
    }

    private static func failure(_ message: String, status: Int?) -> UpstreamFailure {
        UpstreamFailure(
            kind(message, status: status), status: status, message: ProviderMessage.safe(message),
            retryAfter: RetryHint.delay(in: message))
    }

    private static let contextWords = ["context length", "prompt too long", "context window", "exceeds the context"]
    private static let overloadWords = ["server busy", "maximum pending requests", "overloaded"]
    private static let requestWords = ["does not support", "invalid message", "invalid format", "unknown role"]
    private static let quotaWords = ["usage limit", "upgrade for higher limits", "subscription"]

    /// The words come first: Ollama gives 400 or 500 to much that is neither, and none at all inside a stream.
    private static func kind(_ message: String, status: Int?) -> UpstreamFailure.Kind {
        if contextWords.contains(where: message.mentions) { return .contextLength }
        if quotaWords.contains(where: message.mentions) { return .quota }
        if overloadWords.contains(where: message.mentions) { return .overloaded }
        if message.mentions("not found") && message.mentions("model") { return .notFound }
        if requestWords.contains(where: message.mentions) { return .badRequest }
        if message.mentions("unauthorized") { return .authentication }
        return status.map(UpstreamFailure.Kind.ofStatus) ?? .server
    }
}
