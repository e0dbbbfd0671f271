internal import GatewayTypes

extension UpstreamFailure {
    /// What a status alone says, for a body that is no error of the provider's shape (an HTML page of a proxy, nothing).
    static func ofStatus(_ status: Int) -> UpstreamFailure {
        UpstreamFailure(
            Kind.ofStatus(status), status: status, message: "The provider answered with status \(status).")
    }
}

extension UpstreamFailure.Kind {
    /// The kind a status means where the body says nothing better. A status that is no error means that the body should
    /// have been an answer and was none.
    static func ofStatus(_ status: Int) -> UpstreamFailure.Kind {
        switch status {
        case ..<400: .badAnswer
        case 401: .authentication
        case 402: .quota
        case 403: .permission
        case 404: .notFound
        case 408, 504: .timeout
        case 413: .tooLarge
        case 429: .rateLimit
        case 503, 529: .overloaded
        case 500...: .server
        default: .badRequest
        }
    }
}
