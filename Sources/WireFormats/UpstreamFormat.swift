public import GatewayTypes
public import JSON

/// What an upstream speaks: a conversation goes out, events come in. Pure: bytes in, values out.
///
/// A new format is a folder with one type that conforms, and its lines in `WireFormat`.
public protocol UpstreamFormat: Sendable {
    /// The request body that asks `model` for an answer, and what of the conversation it could not say.
    static func encode(_ conversation: Conversation, model: ModelConfiguration) throws(GatewayError) -> EncodedRequest

    /// The same for a format whose providers depart from each other.
    static func encode(_ conversation: Conversation, for target: UpstreamTarget) throws(GatewayError) -> EncodedRequest

    /// The operation's path below the provider's endpoint, with a leading slash.
    static func path(model: String, stream: Bool) -> String

    /// A whole (not streamed) answer. Choices, tool calls and parts in the order the upstream gave them.
    static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent]

    /// Reads one streamed answer.
    associatedtype StreamReader: UpstreamStreamReader

    /// Classifies an answer with an error status, or an error object found in place of an answer.
    static func failure(status: Int, body: [UInt8]) -> UpstreamFailure
}

extension UpstreamFormat {
    public static func encode(
        _ conversation: Conversation, for target: UpstreamTarget
    ) throws(GatewayError) -> EncodedRequest {
        try encode(conversation, model: target.model)
    }
}

public struct EncodedRequest: Sendable, Equatable {
    public var body: [UInt8]
    public var dropped: Set<ConversationField>

    public init(body: [UInt8], dropped: Set<ConversationField> = []) {
        self.body = body
        self.dropped = dropped
    }
}

/// Reads the records of one streamed answer in order.
public protocol UpstreamStreamReader: Sendable {
    init()

    /// How the records are framed.
    static var framing: StreamFraming { get }

    /// The events in one record: an SSE event's data, or one line.
    /// - Throws: what the upstream says went wrong. A record that cannot be read is not thrown but reported by `nil`: it is
    ///   skipped and counted.
    mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]?
}

public enum StreamFraming: Sendable {
    case serverSentEvents, lines
    /// Amazon's binary messages.
    case eventStream
}

/// One record of a stream as it came.
public struct StreamRecord: Sendable, Equatable {
    /// The SSE event's name, if it has one.
    public var name: String?
    /// The payload: joined `data:` lines, or the line.
    public var data: [UInt8]
    /// The record's own bytes with its line ends, for passing on untouched.
    public var wire: [UInt8]
    /// Why the stream ends here, where its framing tells so; the record says nothing else then.
    public var fault: UpstreamFailure?

    public init(name: String? = nil, data: [UInt8], wire: [UInt8] = [], fault: UpstreamFailure? = nil) {
        self.name = name
        self.data = data
        self.wire = wire
        self.fault = fault
    }
}
