import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Errors in Anthropic's words")
struct AnthropicErrorTests {
    private static let limit = LimitRefusal(
        owner: .token, limit: .requestsPerMinute, maximum: "5", retryAfter: .seconds(9))

    @Test(
        "Status and type",
        arguments: [
            (GatewayError.malformedRequest(message: "m"), 400, "invalid_request_error"),
            (.unauthorized(.missing), 401, "authentication_error"), (.forbidden(message: "m"), 403, "permission_error"),
            (.modelNotFound(name: "x", suggestions: []), 404, "not_found_error"),
            (.unknownPath("/v1/messages/x"), 404, "not_found_error"),
            (.methodNotAllowed(allowed: "POST"), 405, "invalid_request_error"),
            (.bodyTooLarge(limit: 5), 413, "request_too_large"), (.limited(limit), 429, "rate_limit_error"),
            (.noCandidate(retryAfter: .seconds(1)), 529, "overloaded_error"), (.draining, 503, "overloaded_error"),
            (.fault(detail: "d"), 500, "api_error"),
            (.upstream(UpstreamFailure(.overloaded, status: 529, message: "m")), 529, "overloaded_error"),
            (.upstream(UpstreamFailure(.authentication, status: 401, message: "m")), 502, "api_error"),
            (.upstream(UpstreamFailure(.timeout, message: "m")), 504, "timeout_error"),
            (.upstream(UpstreamFailure(.rateLimit, status: 429, message: "m")), 429, "rate_limit_error"),
        ])
    func shape(error: GatewayError, status: Int, type: String) throws {
        #expect(AnthropicMessages.status(of: error) == status)
        let body = try JSONValue.parse(AnthropicMessages.errorBody(error, requestID: "r-1"))
        #expect(body["type"]?.string == "error" && body["request_id"]?.string == "r-1")
        #expect(body["error"]?["type"]?.string == type && body["error"]?["message"]?.string == error.message)
    }

    @Test("Inside a stream it is an event with its name")
    func stream() throws {
        let record = String(decoding: AnthropicMessages.streamError(.draining, requestID: "r"), as: UTF8.self)
        #expect(record.hasPrefix("event: error\ndata: {\"type\":\"error\"") && record.hasSuffix("}\n\n"))
    }

    @Test("Each field has a name", arguments: ConversationField.allCases)
    func names(field: ConversationField) { #expect(!AnthropicMessages.name(of: field).isEmpty) }
}
