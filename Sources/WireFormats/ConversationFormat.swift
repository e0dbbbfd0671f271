public import GatewayTypes

/// A dialect of conversations: every one of them reaches every upstream format, through the common form, or untouched where
/// the upstream speaks the dialect itself.
public protocol ConversationFormat: ClientFormat {
    /// The wire format that is this dialect, seen from the other side.
    static var ownWire: WireFormat? { get }

    /// The call of a target that speaks `ownWire`: the caller's own bytes but for what has to differ, both ways.
    static func passThrough(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall

    /// The whole request in the common form.
    static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation

    /// The caller's own (dotted) name of a field, for `x-switchyard-dropped-params`.
    static func name(of field: ConversationField) -> String

    /// Writes one answer.
    associatedtype AnswerWriter: ClientAnswerWriter
}

extension ConversationFormat {
    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire != ownWire else { return try passThrough(request, to: target) }
        var conversation = try conversation(request)
        let isUnsealed = conversation.leaveOutForeignSeals(for: target.wire)
        let upstream = target.wire.upstream
        var encoded = try upstream.encode(conversation, for: target)
        if isUnsealed { encoded.dropped.insert(.thinking) }
        let dropped = encoded.dropped.map { name(of: $0) } + conversation.unknownFields
        return UpstreamCall(
            path: upstream.path(model: target.model.name, stream: request.stream), body: encoded.body,
            dropped: dropped.sorted(), relay: upstream.relay(to: Self.self, AnswerWriter(request, from: target)))
    }
}

extension UpstreamFormat {
    fileprivate static func relay<Client: ConversationFormat>(
        to client: Client.Type, _ writer: Client.AnswerWriter
    ) -> any AnswerRelay {
        TranslatingRelay<Self, Client>(writer: writer)
    }
}

/// Writes one answer in the caller's format from the common events.
public protocol ClientAnswerWriter: Sendable {
    init(_ request: ClientRequest, from target: UpstreamTarget)

    /// The bytes of a stream that these events become; may be empty.
    mutating func stream(_ events: [ModelEvent]) -> [UInt8]

    /// The end of a stream: usage if wanted, the end mark.
    mutating func end() -> [UInt8]

    /// A whole answer from all of its events.
    mutating func whole(_ events: [ModelEvent]) -> [UInt8]

    /// What of an answer the format has no place for, by the word that the caller is told; `nil` where it has one.
    static func leftOut(of event: ModelEvent) -> String?

    /// The record of an error inside a stream, where it depends on what was written before.
    mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]?
}

extension ClientAnswerWriter {
    public static func leftOut(of event: ModelEvent) -> String? { nil }

    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? { nil }
}
