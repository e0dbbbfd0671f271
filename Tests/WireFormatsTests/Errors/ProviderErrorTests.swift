import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Errors of providers, told to callers")
struct ProviderErrorTests {
    /// What every dialect's caller gets for a kind: status, OpenAI's type and code, Anthropic's status and type, Google's
    /// word.
    private struct Told {
        var status: Int
        var type: String
        var code: String
        var anthropic: (Int, String)
        var google: String
    }

    private static func told(_ kind: UpstreamFailure.Kind, _ status: Int?) -> Told {
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
                status: 429, type: "rate_limit_error", code: "rate_limit_exceeded",
                anthropic: (429, "rate_limit_error"), google: "RESOURCE_EXHAUSTED")
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
            Told(
                status: request, type: invalid, code: "invalid_request", anthropic: (request, invalid),
                google: "INVALID_ARGUMENT")
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
        case .forbiddenRequest:
            Told(
                status: 403, type: "permission_error", code: "permission_denied", anthropic: (403, "permission_error"),
                google: "PERMISSION_DENIED")
        case .network, .badAnswer:
            Told(
                status: 502, type: "overloaded",
                code: kind == .network ? "provider_unreachable" : "provider_bad_answer", anthropic: (502, "api_error"),
                google: "UNAVAILABLE")
        case .cancelled:
            Told(
                status: 499, type: invalid, code: "client_closed_request", anthropic: (499, invalid),
                google: "CANCELLED")
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
        #expect(GatewayError.upstream(failure).retryAfter == error.wait)
        try expectTold(failure, "\(error.provider)")
    }

    @Test(
        "A code of one provider is never the caller's, and stands beside it", arguments: UpstreamFailure.Kind.allCases)
    func ownCodes(kind: UpstreamFailure.Kind) throws {
        for code in ["RESOURCE_EXHAUSTED", "ThrottlingException", "1300", "context_length_exceeded", "sk-secret"] {
            let failure = UpstreamFailure(kind, status: 429, message: "Some words.", code: code)
            try expectTold(failure, "\(kind) as \(code)")
        }
        try expectTold(UpstreamFailure(kind, message: "Some words."), "\(kind)")
    }

    @Test(
        "A code that clients know from OpenAI's API stays what it is",
        arguments: [
            "unsupported_value", "invalid_image_url", "tool_use_failed", "missing_required_parameter",
            "image_too_small", "image_file_too_large", "empty_image_file", "failed_to_download_image",
            "invalid_image_mode", "image_file_not_found",
        ])
    func commonCodes(code: String) {
        let body = #"{"error":{"message":"No.","type":"invalid_request_error","param":"x","code":"\#(code)"}}"#
        let failure = WireFormat.openAIChat.failure(status: 400, body: Array(body.utf8))
        #expect(ErrorTelling(.openAIChat, .upstream(failure)).words == "invalid_request_error \(code)")
        #expect(ErrorTelling(.openAIChat, .upstream(failure)).providerCode == nil)
    }

    @Test("Within a stream of Responses too")
    func withinResponses() throws {
        let failure = UpstreamFailure(.rateLimit, status: 429, message: "Slow.", code: "ThrottlingException")
        let record = String(decoding: ResponsesEvent.error(.upstream(failure), sequence: 3), as: UTF8.self)
        #expect(record.hasSuffix(#","param":null,"provider_code":"ThrottlingException"}}"# + "\n\n"), "\(record)")
    }

    @Test("A key in the place of a code is masked")
    func maskedCodes() {
        let key = "sk-proj-abcDEF0123456789"
        let anthropic = #"{"type":"error","error":{"type":"\#(key)","message":"No."}}"#
        let google = #"{"error":{"code":400,"message":"No.","status":"\#(key)"}}"#
        #expect(AnthropicMessagesUpstream.failure(status: 400, body: Array(anthropic.utf8)).code == "[key]")
        #expect(GeminiUpstream.failure(status: 400, body: Array(google.utf8)).code == "[key]")
    }

    @Test("Who may not see what was thought may be shown it by another provider")
    func refusedSummary() {
        func kind(_ parameter: String) -> UpstreamFailure.Kind {
            let body = """
                {"error":{"message":"Your organization must be verified.","type":"invalid_request_error",
                "param":"\(parameter)","code":"unsupported_value"}}
                """
            return OpenAIResponsesUpstream.failure(status: 400, body: Array(body.utf8)).kind
        }
        #expect(kind("reasoning.summary") == .unsupported && kind("reasoning.effort") == .badRequest)
    }

    /// Every caller gets its own dialect's status, type and code for the failure's kind, and the provider's code beside them.
    private func expectTold(_ failure: UpstreamFailure, _ what: String) throws {
        let told = GatewayError.upstream(failure)
        let expected = Self.told(failure.kind, failure.status)
        // What tells a caller of the gateway's own accounts stays here.
        let hidesWords = failure.kind == .authentication || failure.kind == .permission
        for front in ConversationFront.all {
            let telling = ErrorTelling(front.dialect, told)
            #expect(telling.fault == nil, "\(what) to \(front.name)")
            let (status, words, type): (Int, String, String) =
                switch front.dialect {
                case .anthropicMessages: (expected.anthropic.0, expected.anthropic.1, expected.anthropic.1)
                case .gemini: (expected.status, "\(expected.status) \(expected.google)", expected.google)
                case .ollamaChat: (expected.status, "text", "")
                default: (expected.status, "\(expected.type) \(expected.code)", expected.type)
                }
            #expect(telling.status == status, "\(what) to \(front.name)")
            #expect(telling.words == words, "\(what) to \(front.name)")
            let keepsCode =
                !hidesWords && front.dialect != .ollamaChat && ![expected.code, type].contains(failure.code)
            #expect(telling.providerCode == (keepsCode ? failure.code : nil), "\(what) to \(front.name)")
            let message = try #require(telling.message)
            #expect(hidesWords != message.contains(failure.message), "\(what) to \(front.name)")
        }
    }
}
