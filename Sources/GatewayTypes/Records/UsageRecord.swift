/// One admitted request, whole: a row of the ledger.
public struct UsageRecord: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable { case settled, abandoned }

    /// UUIDv7 made by the gateway: unique, the ledger's key.
    public var id: String
    /// The caller's own request id if it gave one: not unique.
    public var requestID: String
    /// Unix milliseconds of admission.
    public var time: Int64
    public var node: String
    public var userID: String
    public var username: String
    public var tokenID: String?
    public var endpoint: String
    public var dialect: String
    public var route: String
    public var provider: String?
    public var model: String?
    public var stream: Bool
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

    public init(
        id: String, requestID: String, time: Int64, node: String, userID: String, username: String, tokenID: String?,
        endpoint: String, dialect: String, route: String, stream: Bool
    ) {
        self.id = id
        self.requestID = requestID
        self.time = time
        self.node = node
        self.userID = userID
        self.username = username
        self.tokenID = tokenID
        self.endpoint = endpoint
        self.dialect = dialect
        self.route = route
        self.stream = stream
    }
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
