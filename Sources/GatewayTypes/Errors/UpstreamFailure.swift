/// How an upstream failed, classified once where its answer is read.
public struct UpstreamFailure: Error, Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// 401, or a bad key under another status: this gateway's credential is at fault, never the caller's.
        case authentication
        /// 403 about the credential.
        case permission
        /// 403 about the request itself: region, safety policy.
        case forbiddenRequest
        /// The account has no money or quota left: not a rate limit.
        case quota
        case rateLimit
        case overloaded
        case contextLength
        case contentFilter
        case badRequest
        case notFound
        case tooLarge
        /// Its format has no words for what must not be left out, or it cannot open thinking that another account has
        /// sealed: another candidate may take the request as it is.
        case unsupported
        case server
        /// Refused, reset, unresolvable, TLS.
        case network
        /// Connect, first-token, idle or total limit passed.
        case timeout
        /// Bytes that are not an answer: garbage, an HTML page, a stream that was cut.
        case badAnswer
        /// The caller left, so the call was ended.
        case cancelled
    }

    public var kind: Kind
    /// The HTTP status the upstream sent, if it sent one.
    public var status: Int?
    /// The provider's own words, fit for the caller's eyes: never a key, never an address.
    public var message: String
    /// The provider's own error code.
    public var code: String?
    /// The request field the provider named.
    public var parameter: String?
    /// How long the provider asked to wait.
    public var retryAfter: Duration?
    /// What else operators should know; never shown to callers.
    public var detail: String?

    public init(
        _ kind: Kind, status: Int? = nil, message: String, code: String? = nil, parameter: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.status = status
        self.message = message
        self.code = code
        self.parameter = parameter
        self.retryAfter = retryAfter
    }
}

extension UpstreamFailure {
    /// The code of a connection that was reset after the request was sent and before an answer came.
    public static let resetBeforeAnswer = "connection_reset"
}

extension UpstreamFailure.Kind {
    /// Whether another candidate may do better. A fault of the request fails everywhere.
    public var triesNextCandidate: Bool {
        switch self {
        case .authentication, .permission, .quota, .rateLimit, .overloaded, .notFound, .unsupported, .server, .network,
            .timeout, .badAnswer:
            true
        case .forbiddenRequest, .contextLength, .contentFilter, .badRequest, .tooLarge, .cancelled: false
        }
    }

    /// Whether it is about this gateway's account, of which callers learn nothing.
    var isOurCredentials: Bool { self == .authentication || self == .permission }

    /// What rests after this failure.
    public var cools: CooldownScope? {
        switch self {
        case .rateLimit: .credentialModel
        case .authentication, .permission, .quota: .credential
        case .overloaded, .server, .network, .timeout, .badAnswer: .providerModel
        case .forbiddenRequest, .contextLength, .contentFilter, .badRequest, .notFound, .tooLarge, .unsupported,
            .cancelled:
            nil
        }
    }
}

/// What a cooldown covers.
public enum CooldownScope: String, Sendable, CaseIterable {
    case credentialModel = "credential_model"
    case credential
    case providerModel = "provider_model"
}
