public import GatewayTypes
public import JSON

/// What a client speaks: a request comes in, events go out. Pure: bytes in, values out.
public protocol ClientFormat: Sendable {
    /// Reads what routing and admission need and checks the shape of everything this gateway acts on.
    /// - Throws: `malformedRequest` naming the field.
    static func understand(_ body: [UInt8]) throws(GatewayError) -> ClientRequest

    /// The whole request in the common form, for an upstream of another format.
    static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation

    /// The caller's own (dotted) name of a field, for `x-switchyard-dropped-params`.
    static func name(of field: ConversationField) -> String

    /// Writes one answer.
    associatedtype AnswerWriter: ClientAnswerWriter

    /// The body of an error answer.
    static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8]

    /// The record that tells of an error after a stream has begun. The connection must then end without the dialect's end
    /// mark.
    static func streamError(_ error: GatewayError, requestID: String) -> [UInt8]
}

/// A request as the pipeline knows it: what it is about, and its body as it came.
public struct ClientRequest: Sendable {
    public var dialect: Dialect
    public var body: [UInt8]
    public var json: JSONValue
    /// The name the caller asked for.
    public var model: String
    public var stream: Bool
    /// Whether the caller wants usage in the stream (OpenAI's `stream_options.include_usage`).
    public var includeUsage: Bool
    public var needs: RequestNeeds

    public init(
        dialect: Dialect, body: [UInt8], json: JSONValue, model: String, stream: Bool, includeUsage: Bool,
        needs: RequestNeeds
    ) {
        self.dialect = dialect
        self.body = body
        self.json = json
        self.model = model
        self.stream = stream
        self.includeUsage = includeUsage
        self.needs = needs
    }
}

/// A client's way of speaking.
public enum Dialect: String, Sendable, CaseIterable { case openAIChat = "openai-chat" }

/// Writes one answer in the caller's format from the common events.
public protocol ClientAnswerWriter: Sendable {
    /// - Parameters:
    ///   - includeUsage: whether a stream tells usage.
    ///   - model: what stands in the answer where the upstream names no model.
    init(includeUsage: Bool, model: String, id: String, created: Int)

    /// The bytes of a stream that these events become; may be empty.
    mutating func stream(_ events: [ModelEvent]) -> [UInt8]

    /// The end of a stream: usage if wanted, the end mark.
    mutating func end() -> [UInt8]

    /// A whole answer from all of its events.
    mutating func whole(_ events: [ModelEvent]) -> [UInt8]
}
