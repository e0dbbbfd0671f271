public import GatewayTypes
internal import JSON

/// Reads the records of `streamGenerateContent?alt=sse`. A record may hold an array of answers, as the API frames them
/// without `alt=sse`, and errors come so too.
public struct GeminiStreamReader: UpstreamStreamReader {
    private var chunks = GeminiChunkReader()

    public init() {}

    public static var framing: StreamFraming { .serverSentEvents }

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        if record.data.elementsEqual("[DONE]".utf8) { return [] }
        guard let value = try? JSONValue.parse(record.data) else { return nil }
        switch value.kind {
        case .object: return try chunks.read(value)
        case .array:
            var events: [ModelEvent] = []
            for chunk in value.elements { events += try chunks.read(chunk) }
            return events
        case .string, .number, .bool, .null: return nil
        }
    }
}
