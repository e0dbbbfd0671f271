public import GatewayTypes
internal import JSON

/// Reads the lines of a streamed answer of `/api/chat`.
public struct OllamaStreamReader: UpstreamStreamReader {
    private var lines = OllamaLineReader()

    public init() {}

    public static var framing: StreamFraming { .lines }

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        guard let line = try? JSONValue.parse(record.data) else { return nil }
        return try lines.read(line)
    }
}
