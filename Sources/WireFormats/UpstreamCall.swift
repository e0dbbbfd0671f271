public import GatewayTypes
public import HTTPTypes

/// Who is asked: one candidate, as far as formats care.
public struct UpstreamTarget: Sendable {
    public var wire: WireFormat
    public var model: ModelConfiguration
    public var quirks: ChatQuirks
    /// Stands in a translated answer where the upstream names none; each dialect puts its own prefix before it.
    public var answerID: String
    /// Seconds since 1970, likewise.
    public var created: Int
    /// When the attempt began, for the dialects that tell how long an answer took; without it they tell of no time.
    public var began: ContinuousClock.Instant?

    public init(
        wire: WireFormat, model: ModelConfiguration, quirks: ChatQuirks = ChatQuirks(), answerID: String, created: Int
    ) {
        self.wire = wire
        self.model = model
        self.quirks = quirks
        self.answerID = answerID
        self.created = created
    }
}

/// What is sent to an upstream for a client's request, and what makes its answer the caller's.
public struct UpstreamCall: Sendable {
    /// Below the provider's endpoint, with a leading slash.
    public var path: String
    public var contentType = "application/json"
    /// Besides what the wire format demands.
    public var headers = HTTPHeaders()
    public var body: [UInt8]
    /// The caller's own names of what the target cannot be asked.
    public var dropped: [String]
    public var relay: any AnswerRelay
    /// What the gateway answers by itself: then nobody is asked, and the answer is said to be an estimate.
    public var estimate: [UInt8]?

    public init(path: String, body: [UInt8], dropped: [String] = [], relay: any AnswerRelay) {
        self.path = path
        self.body = body
        self.dropped = dropped
        self.relay = relay
    }
}
