public import GatewayTypes
internal import JSON

/// Reads the messages of ConverseStream. A record without a name is a whole answer in place of a stream.
public struct ConverseStreamReader: UpstreamStreamReader {
    private var blocks = ConverseBlockReader()

    public init() {}

    public static var framing: StreamFraming { .eventStream }

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        guard let event = try? JSONValue.parse(record.data), event.kind == .object else { return nil }
        guard let name = record.name else { return try BedrockConverseUpstream.events(of: event) }
        let position = event["contentBlockIndex"]?.int ?? 0
        switch name {
        case "messageStart": return [.start(id: nil, model: nil, created: nil)]
        case "contentBlockStart":
            guard let start = event["start"], start.kind == .object else { return nil }
            return blocks.start(start, at: position)
        case "contentBlockDelta":
            guard let delta = event["delta"], delta.kind == .object else { return nil }
            return blocks.delta(delta, at: position)
        case "contentBlockStop": return blocks.stop(position)
        case "messageStop":
            guard let reason = event["stopReason"]?.string else { return nil }
            return [.finish(choice: 0, blocks.finish(reason))]
        case "metadata": return ConverseUsage.common(event["usage"]).map { [.usage($0)] } ?? []
        default: return []
        }
    }
}
