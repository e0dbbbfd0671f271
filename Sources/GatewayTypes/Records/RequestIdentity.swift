/// Which request a row of the ledger is about. An object, because a record goes through many hands: a copy of it is then a
/// pointer in the place of nine texts.
public final class RequestIdentity: Sendable {
    /// UUIDv7 made by the gateway: unique, the ledger's key.
    public let id: String
    /// The caller's own request id if it gave one: not unique.
    public let requestID: String
    /// Unix milliseconds of admission.
    public let time: Int64
    public let node: String
    public let userID: String
    public let username: String
    public let tokenID: String?
    public let endpoint: String
    public let dialect: String
    public let route: String
    public let stream: Bool

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

extension RequestIdentity: Equatable {
    public static func == (left: RequestIdentity, right: RequestIdentity) -> Bool {
        left === right
            || left.id == right.id && left.requestID == right.requestID && left.time == right.time
                && left.node == right.node && left.userID == right.userID && left.username == right.username
                && left.tokenID == right.tokenID && left.endpoint == right.endpoint && left.dialect == right.dialect
                && left.route == right.route && left.stream == right.stream
    }
}
