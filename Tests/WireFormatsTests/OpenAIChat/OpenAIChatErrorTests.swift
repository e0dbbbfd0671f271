import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("Errors in OpenAI's shape")
struct OpenAIChatErrorTests {
    static let errors: [(GatewayError, String, String?, String?)] = [
        (.malformedRequest(message: "m", parameter: "p", code: "c"), "invalid_request_error", "p", "c"),
        (.malformedRequest(message: "m"), "invalid_request_error", nil, nil),
        (.unauthorized(.missing), "authentication_error", nil, "invalid_api_key"),
        (.forbidden(message: "m"), "permission_error", nil, "permission_denied"),
        (.modelNotFound(name: "x", suggestions: []), "not_found_error", "model", "model_not_found"),
        (.bodyTooLarge(limit: 1), "request_too_large", nil, "request_too_large"),
        (
            .limited(LimitRefusal(owner: .token, limit: .usdPerDay, maximum: "1", retryAfter: nil)),
            "insufficient_quota", nil,
            "insufficient_quota"
        ),
        (
            .limited(LimitRefusal(owner: .token, limit: .requestsPerMinute, maximum: "1", retryAfter: nil)),
            "rate_limit_error", nil, "rate_limit_exceeded"
        ),
        (.noCandidate(retryAfter: .seconds(3)), "overloaded", nil, "no_candidate_available"),
        (
            .upstream(UpstreamFailure(.authentication, message: "m")), "overloaded", nil,
            "provider_authentication_failed"
        ),
        (.upstream(UpstreamFailure(.quota, message: "m")), "insufficient_quota", nil, "insufficient_quota"),
        (.upstream(UpstreamFailure(.timeout, message: "m")), "api_error", nil, "provider_timeout"),
        (.fault(detail: "secret"), "api_error", nil, "internal_error"),
    ]

    @Test("All four keys are there, absent ones null", arguments: errors)
    func shape(error: GatewayError, type: String, parameter: String?, code: String?) throws {
        let body = OpenAIChat.errorBody(error, requestID: "r")
        let object = try #require(try JSONValue.parse(body)["error"])
        #expect(object.members.map(\.key) == ["message", "type", "param", "code"])
        #expect(object["message"]?.string == error.message)
        #expect(object["type"]?.string == type)
        #expect(object["param"]?.string == parameter && object["param"]?.isNull == (parameter == nil))
        #expect(object["code"]?.string == code && object["code"]?.isNull == (code == nil))
        #expect(!String(decoding: body, as: UTF8.self).contains("secret"))
        let record = String(decoding: OpenAIChat.streamError(error, requestID: "r"), as: UTF8.self)
        #expect(record == "data: \(String(decoding: body, as: UTF8.self))\n\n")
    }
}
