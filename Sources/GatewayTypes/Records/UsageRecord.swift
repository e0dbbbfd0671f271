/// One admitted request, whole: a row of the ledger.
public struct UsageRecord: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable { case settled, abandoned }

    /// What stays as it was when the request was admitted.
    public var identity: RequestIdentity
    public var provider: String?
    public var model: String?
    /// HTTP status the caller got; 499 when it left first.
    public var status: Int = 0
    public var errorCode: String?
    public var attempts: [AttemptRecord] = []
    public var usage = Usage()
    /// `nil` where no price is known.
    public var cost: USD?
    public var duration: Duration = .zero
    public var firstToken: Duration?
    /// Time spent in the gateway itself.
    public var gateway: Duration = .zero
    /// Tokens were counted by rule of thumb, because the provider did not say.
    public var estimated = false
    public var state: State = .settled
    public var droppedParameters: [String] = []

    public init(_ identity: RequestIdentity) { self.identity = identity }
}

extension UsageRecord {
    public var id: String { identity.id }
    public var requestID: String { identity.requestID }
    public var time: Int64 { identity.time }
    public var node: String { identity.node }
    public var userID: String { identity.userID }
    public var username: String { identity.username }
    public var tokenID: String? { identity.tokenID }
    public var endpoint: String { identity.endpoint }
    public var dialect: String { identity.dialect }
    public var route: String { identity.route }
    public var stream: Bool { identity.stream }
}

/// One try of one candidate. Times count from the request's admission.
public struct AttemptRecord: Sendable, Equatable {
    public var provider: String
    public var credential: String
    public var model: String
    public var status: Int?
    public var errorCode: String?
    public var started: Duration
    public var firstByte: Duration?
    public var duration: Duration = .zero
    public var promptTokens = 0
    public var completionTokens = 0
    public var cost: USD?

    public init(provider: String, credential: String, model: String, started: Duration) {
        self.provider = provider
        self.credential = credential
        self.model = model
        self.started = started
    }
}
