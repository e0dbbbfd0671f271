import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Errors of providers, told to callers")
struct ProviderErrorTests {
    /// What every dialect's caller gets for a kind: status, OpenAI's type and code, Anthropic's status and type, Google's
    /// word. No code means the provider's own.
    private struct Told {
        var status: Int
        var type: String
        var code: String?
        var anthropic: (Int, String)
        var google: String
    }

    private static func told(_ kind: UpstreamFailure.Kind, _ status: Int) -> Told? {
        let request = status == 422 ? 422 : 400
        let invalid = "invalid_request_error"
        return switch kind {
        case .authentication, .permission:
            Told(
                status: 502, type: "overloaded", code: "provider_authentication_failed", anthropic: (502, "api_error"),
                google: "UNAVAILABLE")
        case .quota:
            Told(
                status: 429, type: "insufficient_quota", code: "insufficient_quota",
                anthropic: (429, "rate_limit_error"), google: "RESOURCE_EXHAUSTED")
        case .rateLimit:
            Told(
                status: 429, type: "rate_limit_error", anthropic: (429, "rate_limit_error"),
                google: "RESOURCE_EXHAUSTED")
        case .overloaded:
            Told(
                status: 503, type: "overloaded", code: "overloaded", anthropic: (529, "overloaded_error"),
                google: "UNAVAILABLE")
        case .contextLength:
            Told(
                status: request, type: invalid, code: "context_length_exceeded", anthropic: (request, invalid),
                google: "INVALID_ARGUMENT")
        case .contentFilter:
            Told(
                status: request, type: invalid, code: "content_policy_violation", anthropic: (request, invalid),
                google: "INVALID_ARGUMENT")
        case .badRequest, .unsupported:
            Told(status: request, type: invalid, anthropic: (request, invalid), google: "INVALID_ARGUMENT")
        case .notFound:
            Told(
                status: 404, type: "not_found_error", code: "model_not_found", anthropic: (404, "not_found_error"),
                google: "NOT_FOUND")
        case .tooLarge:
            Told(
                status: 413, type: "request_too_large", code: "request_too_large",
                anthropic: (413, "request_too_large"), google: "INVALID_ARGUMENT")
        case .server:
            Told(
                status: 502, type: "overloaded", code: "provider_error", anthropic: (502, "api_error"),
                google: "UNAVAILABLE")
        case .timeout:
            Told(
                status: 504, type: "api_error", code: "provider_timeout", anthropic: (504, "timeout_error"),
                google: "DEADLINE_EXCEEDED")
        case .forbiddenRequest, .network, .badAnswer, .cancelled: nil
        }
    }

    @Test("There are errors of more than 25 providers, and of every kind that a body can have")
    func list() {
        #expect(Set(ProviderError.all.map(\.provider)).count > 25)
        let kinds = Set(ProviderError.all.map(\.kind))
        for kind: UpstreamFailure.Kind in [
            .authentication, .permission, .quota, .rateLimit, .overloaded, .contextLength, .contentFilter, .badRequest,
            .notFound, .tooLarge, .server, .timeout,
        ] { #expect(kinds.contains(kind), "\(kind)") }
    }

    @Test("Each is what its provider means, with the wait it asks for", arguments: ProviderError.all.indices)
    func classified(index: Int) {
        let error = ProviderError.all[index]
        let failure = error.wire.failure(status: error.status, body: Array(error.body.utf8))
        #expect(failure.kind == error.kind, "\(error.provider): \(error.body)")
        #expect(failure.status == error.status && !failure.message.isEmpty && !failure.message.contains("<html"))
        #expect(failure.retryAfter == error.wait, "\(error.provider): \(error.body)")
    }

    @Test(
        "Each reaches every caller in its own dialect, with status, code and wait", arguments: ProviderError.all.indices
    )
    func told(index: Int) throws {
        let error = ProviderError.all[index]
        let failure = error.wire.failure(status: error.status, body: Array(error.body.utf8))
        let told = GatewayError.upstream(failure)
        let expected = try #require(Self.told(error.kind, error.status))
        #expect(told.retryAfter == error.wait)
        for front in ConversationFront.all {
            let telling = ErrorTelling(front.dialect, told)
            #expect(telling.fault == nil, "\(error.provider) to \(front.name)")
            let (status, words): (Int, String) =
                switch front.dialect {
                case .anthropicMessages: expected.anthropic
                case .gemini: (expected.status, "\(expected.status) \(expected.google)")
                case .ollamaChat: (expected.status, "text")
                default:
                    (expected.status, "\(expected.type) \(expected.code ?? failure.code ?? Self.plainCode(error.kind))")
                }
            #expect(telling.status == status, "\(error.provider) to \(front.name)")
            #expect(telling.words == words, "\(error.provider) to \(front.name)")
            // What tells a caller of the gateway's own accounts stays here.
            let hidesWords = error.kind == .authentication || error.kind == .permission
            let message = try #require(telling.message)
            #expect(hidesWords != message.contains(failure.message), "\(error.provider) to \(front.name)")
        }
    }

    private static func plainCode(_ kind: UpstreamFailure.Kind) -> String {
        kind == .rateLimit ? "rate_limit_exceeded" : "invalid_request"
    }
}
