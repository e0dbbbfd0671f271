/// Every way a request can end without an answer. Status, type, code and wording are properties of the case, so each
/// dialect renders the same facts.
public enum GatewayError: Error, Sendable, Equatable {
    case malformedRequest(message: String, parameter: String? = nil, code: String? = nil)
    case unauthorized(UnauthorizedReason)
    /// The token may not do this: its models, addresses or scope exclude it.
    case forbidden(message: String)
    /// The control store could not be asked about a token that is not known here.
    case storeUnavailable
    case modelNotFound(name: String, suggestions: [String])
    case unknownPath(String)
    /// What is referred to by an id is not kept here.
    case notKept(message: String)
    case methodNotAllowed(allowed: String)
    case bodyTooLarge(limit: Int)
    case bodyTimedOut
    case limited(LimitRefusal)
    /// Every candidate rests; `retryAfter` is when the first is back.
    case noCandidate(retryAfter: Duration)
    case upstream(UpstreamFailure)
    case draining
    /// A fault of this gateway. `detail` is for operators only.
    case fault(detail: String)
}

public enum UnauthorizedReason: String, Sendable, CaseIterable {
    case missing, unknown, revoked, expired, disabled
}

/// Which limit refused, whose it is, and when to come back.
public struct LimitRefusal: Sendable, Equatable {
    public var owner: LimitOwner
    public var limit: LimitKind
    /// The configured maximum, in the limit's unit.
    public var maximum: String
    /// Until the window ends; `nil` where waiting does not help.
    public var retryAfter: Duration?
    /// What this one request may use, in the limit's unit, where that alone is more than `maximum`.
    public var needed: String?
    /// The state that nodes share cannot be reached, and this node's part of the limit has no room.
    public var isOutage = false

    public init(
        owner: LimitOwner, limit: LimitKind, maximum: String, retryAfter: Duration?, needed: String? = nil
    ) {
        self.needed = needed
        self.owner = owner
        self.limit = limit
        self.maximum = maximum
        self.retryAfter = retryAfter
    }
}

public enum LimitOwner: String, Sendable, CaseIterable { case token, user, tier }

extension GatewayError {
    /// The HTTP status of the answer (RFC 9110, section 15; 429 is RFC 6585).
    public var status: Int {
        switch self {
        case .malformedRequest: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .storeUnavailable, .draining, .noCandidate: 503
        case .modelNotFound, .unknownPath, .notKept: 404
        case .methodNotAllowed: 405
        case .bodyTooLarge: 413
        case .bodyTimedOut: 408
        case .limited(let refusal): refusal.isOutage ? 503 : refusal.limit.isMoney ? 402 : 429
        case .upstream(let failure): failure.statusForCaller
        case .fault: 500
        }
    }

    /// The code clients switch on, in OpenAI's vocabulary.
    public var code: String? {
        switch self {
        case .malformedRequest(_, _, let code): code
        case .unauthorized: "invalid_api_key"
        case .forbidden: "permission_denied"
        case .storeUnavailable: "store_unavailable"
        case .modelNotFound: "model_not_found"
        case .unknownPath: "unknown_url"
        case .notKept: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .bodyTooLarge: "request_too_large"
        case .bodyTimedOut: "request_timeout"
        case .limited(let refusal):
            refusal.isOutage
                ? "limits_unavailable" : refusal.limit.isMoney ? "insufficient_quota" : "rate_limit_exceeded"
        case .noCandidate: "no_candidate_available"
        case .upstream(let failure): failure.codeForCaller
        case .draining: "draining"
        case .fault: "internal_error"
        }
    }

    /// The provider's own code, beside ours in the caller's dialect: for people who look it up, never to switch on.
    /// - Parameter type: what the dialect calls the kind of error, which need not be said twice.
    public func providerCode(besides type: String? = nil) -> String? {
        guard case .upstream(let failure) = self, let code = failure.code, code != self.code, code != type else {
            return nil
        }
        return failure.kind.isOurCredentials || code.isEmpty || code.utf8.count > 100 ? nil : code
    }

    /// What to do about it, in words the caller may see.
    public var message: String {
        switch self {
        case .malformedRequest(let message, _, _), .forbidden(let message), .notKept(let message): message
        case .unauthorized(let reason): reason.message
        case .storeUnavailable: "The gateway cannot check this token right now. Try again in a few seconds."
        case .modelNotFound(let name, let suggestions): Self.modelNotFoundMessage(name, suggestions)
        case .unknownPath(let path): "Unknown path \(path). The API lies under /v1, for example /v1/chat/completions."
        case .methodNotAllowed(let allowed): "This path takes \(allowed) only."
        case .bodyTooLarge(let limit): "The request body is larger than the limit of \(limit) bytes."
        case .bodyTimedOut: "The request body did not arrive in time."
        case .limited(let refusal): refusal.message
        case .noCandidate(let wait):
            "Every provider of this model is cooling down. Try again in \(max(1, wait.components.seconds)) s."
        case .upstream(let failure): failure.messageForCaller
        case .draining: "This node is shutting down. Try again."
        case .fault: "The gateway failed to handle this request. The request id helps its operator to find out why."
        }
    }

    /// The request field at fault.
    public var parameter: String? {
        switch self {
        case .malformedRequest(_, let parameter, _): parameter
        case .modelNotFound: "model"
        case .upstream(let failure): failure.parameter
        case .unauthorized, .forbidden, .storeUnavailable, .unknownPath, .notKept, .methodNotAllowed, .bodyTooLarge,
            .bodyTimedOut, .limited, .noCandidate, .draining, .fault:
            nil
        }
    }

    /// When to come back. Never over a minute: the Anthropic SDK sleeps as long as it is told to.
    public var retryAfter: Duration? {
        let asked: Duration? =
            switch self {
            case .limited(let refusal): refusal.retryAfter
            case .noCandidate(let wait): wait
            case .upstream(let failure): failure.retryAfter
            case .storeUnavailable, .draining: .seconds(1)
            case .malformedRequest, .unauthorized, .forbidden, .modelNotFound, .unknownPath, .notKept,
                .methodNotAllowed,
                .bodyTooLarge, .bodyTimedOut, .fault:
                nil
            }
        return asked.map { min($0, .seconds(60)) }
    }

    /// `x-should-retry`, where the status alone would mislead an SDK: waiting does not fill a spent budget.
    public var shouldRetry: Bool? {
        switch self {
        case .limited(let refusal):
            !refusal.isOutage && (refusal.limit.isMoney || refusal.retryAfter == nil) ? false : nil
        case .upstream(let failure): failure.kind == .quota ? false : nil
        case .malformedRequest, .unauthorized, .forbidden, .storeUnavailable, .modelNotFound, .unknownPath, .notKept,
            .methodNotAllowed, .bodyTooLarge, .bodyTimedOut, .noCandidate, .draining, .fault:
            nil
        }
    }

    private static func modelNotFoundMessage(_ name: String, _ suggestions: [String]) -> String {
        let near =
            suggestions.isEmpty
            ? "GET /v1/models lists what there is." : "Did you mean \(suggestions.joined(separator: ", "))?"
        return "The model '\(name)' does not exist or you may not use it. \(near)"
    }
}

extension UnauthorizedReason {
    var message: String {
        switch self {
        case .missing: "No API key was sent. Put it in the header 'Authorization: Bearer YOUR_TOKEN'."
        case .unknown: "This API key is not known here. Check it, or ask your administrator for a new one."
        case .revoked: "This API key has been revoked. Ask your administrator for a new one."
        case .expired: "This API key has expired. Ask your administrator for a new one."
        case .disabled: "The user of this API key is disabled. Ask your administrator."
        }
    }
}

extension LimitRefusal {
    var message: String {
        if let needed {
            return "This request may use up to \(needed), which the limit of \(maximum) \(limit.words) for your "
                + "\(owner.rawValue) can never hold. Lower max_tokens or shorten the prompt."
        }
        if isOutage {
            return "This node cannot reach the others to check the limit of \(maximum) \(limit.words) for your "
                + "\(owner.rawValue), and its own part of it is used up. Try again in a second."
        }
        let subject = "This gateway's limit of \(maximum) \(limit.words) for your \(owner.rawValue) is reached."
        guard let retryAfter else { return "\(subject) Waiting does not help: ask your administrator." }
        return "\(subject) Try again in \(max(1, retryAfter.components.seconds)) s."
    }
}

extension UpstreamFailure {
    /// A provider's 401 is this gateway's fault and never the caller's; faults of the request keep their status.
    public var statusForCaller: Int {
        switch kind {
        case .authentication, .permission, .network, .badAnswer: 502
        case .forbiddenRequest: 403
        case .quota, .rateLimit: 429
        case .overloaded: 503
        case .server: status == 503 ? 503 : 502
        case .contextLength, .contentFilter, .badRequest, .unsupported: status == 422 ? 422 : 400
        case .notFound: 404
        case .tooLarge: 413
        case .timeout: 504
        case .cancelled: 499
        }
    }

    var codeForCaller: String {
        switch kind {
        case .authentication, .permission: "provider_authentication_failed"
        case .forbiddenRequest: commonCode ?? "permission_denied"
        case .quota: "insufficient_quota"
        case .rateLimit: "rate_limit_exceeded"
        case .overloaded: "overloaded"
        case .contextLength: "context_length_exceeded"
        case .contentFilter: "content_policy_violation"
        case .badRequest, .unsupported: commonCode ?? "invalid_request"
        case .notFound: "model_not_found"
        case .tooLarge: "request_too_large"
        case .server: "provider_error"
        case .network: "provider_unreachable"
        case .timeout: "provider_timeout"
        case .badAnswer: "provider_bad_answer"
        case .cancelled: "client_closed_request"
        }
    }

    var messageForCaller: String {
        switch kind {
        case .authentication, .permission:
            "The provider refused this gateway's credentials. Its operator has to look at the provider's API key."
        case .quota: "The provider's quota for this gateway is used up: \(message)"
        case .rateLimit: "The provider's rate limit is reached: \(message)"
        case .forbiddenRequest, .overloaded, .contextLength, .contentFilter, .badRequest, .notFound, .tooLarge,
            .unsupported, .server, .network, .timeout, .badAnswer, .cancelled:
            message
        }
    }
}
