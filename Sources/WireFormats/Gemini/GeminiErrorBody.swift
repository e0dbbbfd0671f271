internal import GatewayTypes
internal import JSON

/// Google's error object (google.rpc.Status as JSON), with the typed details that tell the field, the code and the wait.
enum GeminiErrorBody {
    static func write(_ error: GatewayError, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("error")
            writer.object { writer in
                writer.member("code", error.status)
                writer.member("message", error.message)
                writer.member("status", word(of: error.status))
                writer.key("details")
                writer.array { writeDetails(error, to: &$0) }
            }
        }
    }

    private static func writeDetails(_ error: GatewayError, to writer: inout JSONWriter) {
        func detail(_ type: String, _ members: (inout JSONWriter) -> Void) {
            writer.object {
                $0.member("@type", "type.googleapis.com/google.rpc.\(type)")
                members(&$0)
            }
        }
        detail("ErrorInfo") {
            $0.member("reason", (error.code ?? "invalid_request").uppercased())
            $0.member("domain", "switchyard")
            if let code = error.providerCode(besides: word(of: error.status)) {
                $0.member("metadata", object: { $0.member("provider_code", code) })
            }
        }
        if let field = error.parameter {
            detail("BadRequest") {
                $0.key("fieldViolations")
                $0.array {
                    $0.object {
                        $0.member("field", field)
                        $0.member("description", error.message)
                    }
                }
            }
        }
        if let wait = error.retryAfter {
            detail("RetryInfo") { $0.member("retryDelay", "\(max(1, wait.components.seconds))s") }
        }
    }

    /// The canonical code (google.rpc.Code) of a status.
    private static func word(of status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 402, 429: "RESOURCE_EXHAUSTED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 405, 501: "UNIMPLEMENTED"
        case 408, 504: "DEADLINE_EXCEEDED"
        case 409: "ABORTED"
        case 499: "CANCELLED"
        case 502, 503: "UNAVAILABLE"
        case 500...: "INTERNAL"
        default: "INVALID_ARGUMENT"
        }
    }
}
