internal import GatewayTypes
internal import JSON

/// Errors as Anthropic's clients know them: `{"type":"error","error":{"type","message"},"request_id"}`.
enum AnthropicError {
    static let overloaded = 529

    static func status(of error: GatewayError) -> Int {
        switch error {
        case .upstream(let failure) where failure.kind == .overloaded: overloaded
        case .noCandidate: overloaded
        case .malformedRequest, .unauthorized, .forbidden, .storeUnavailable, .modelNotFound, .unknownPath, .notKept,
            .methodNotAllowed, .bodyTooLarge, .bodyTimedOut, .limited, .upstream, .draining, .fault:
            error.status
        }
    }

    static func body(_ error: GatewayError, requestID: String) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("type", "error")
                $0.member(
                    "error",
                    object: {
                        $0.member("type", type(of: error))
                        $0.member("message", error.message)
                        if let code = error.providerCode(besides: type(of: error)) {
                            $0.member("provider_code", code)
                        }
                    })
                $0.member("request_id", requestID)
            }
        }
    }

    private static func type(of error: GatewayError) -> String {
        switch status(of: error) {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503, overloaded: "overloaded_error"
        case 504: "timeout_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}
