public import GatewayTypes
internal import JSON

/// Reads the events of a streamed answer of `POST /messages`.
///
/// Usage is told with the end only: `message_start` counts one token or so of output, which would pass for the whole of a
/// stream that is cut.
public struct AnthropicStreamReader: UpstreamStreamReader {
    private var blocks = AnthropicBlockReader()
    private var usage = AnthropicUsage()

    public init() {}

    public static var framing: StreamFraming { .serverSentEvents }

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        // Some compatible services end the stream as OpenAI does.
        if record.data.elementsEqual("[DONE]".utf8) { return [] }
        guard let event = try? JSONValue.parse(record.data), event.kind == .object else { return nil }
        let found = AnthropicStreamEvent(event)
        if let error = found.error, error.kind == .object { throw AnthropicFailure.read(error, status: nil) }
        guard let type = found.type, type.kind == .string else { return nil }
        // Nearly all are deltas, and no text is made of their name.
        guard !type.isString("content_block_delta") else {
            guard let delta = found.delta else { return nil }
            return blocks.delta(delta, at: found.index?.int ?? 0)
        }
        switch type.string {
        case "message_start": return start(found.message)
        case "message": return try AnthropicAnswer.events(of: event)  // a whole answer in place of a stream
        case "content_block_start":
            guard let block = found.contentBlock else { return nil }
            return blocks.start(block, at: found.index?.int ?? 0)
        case "content_block_stop": return blocks.stop(found.index?.int ?? 0)
        case "message_delta": return end(found.delta, counts: found.usage)
        default: return []  // ping, message_stop, and what is yet to be invented
        }
    }

    private mutating func start(_ message: JSONValue?) -> [ModelEvent]? {
        guard let message else { return nil }
        if let counts = message["usage"] { usage.read(counts) }
        var events: [ModelEvent] = [.start(id: message["id"]?.string, model: message["model"]?.string, created: nil)]
        if let content = message["content"] {
            for block in content.elements { events += blocks.whole(block) }
        }
        // A call that code in the provider's container makes comes whole: its message starts complete and just stops.
        return events + end(message, counts: message["stop_reason"]?.string == nil ? nil : message["usage"])
    }

    private mutating func end(_ message: JSONValue?, counts: JSONValue?) -> [ModelEvent] {
        var events = blocks.end(message)
        if let usage = usage.atEnd(counts) { events.append(.usage(usage)) }
        return events
    }
}
