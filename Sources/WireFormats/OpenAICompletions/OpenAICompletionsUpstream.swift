public import GatewayTypes
public import JSON

/// The completions of the time before chat as an upstream: models that go on with a text, or fill a gap in one. A conversation
/// cannot be said there, so only the same dialect's requests get here.
public enum OpenAICompletionsUpstream: UpstreamFormat {
    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        throw .unserved(.conversation)
    }

    public static func path(model: String, stream: Bool) -> String { "/completions" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        var reader = CompletionsChunkReader()
        guard let events = try reader.read(answer) else { throw .noAnswer("it has no choices") }
        return events
    }

    public typealias StreamReader = CompletionsStreamReader

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        ChatFailure.failure(status: status, body: body)
    }
}

/// Reads the chunks of a streamed completion.
public struct CompletionsStreamReader: UpstreamStreamReader {
    private var chunks = CompletionsChunkReader()

    public init() {}

    public static var framing: StreamFraming { .serverSentEvents }

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        guard !record.data.isEmpty, !record.isDone else { return [] }
        guard let chunk = try? JSONValue.parse(record.data) else { return nil }
        return try chunks.read(chunk, eventName: record.name)
    }
}
