public import GatewayTypes

/// Writes an answer of `/api/generate`: the same lines, with `response` in the message's place.
public struct OllamaGenerateWriter: ClientAnswerWriter {
    private var lines: OllamaAnswerWriter

    public init(_ request: ClientRequest, from target: UpstreamTarget) {
        lines = OllamaAnswerWriter(from: target, shape: .response)
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] { lines.stream(events) }

    public mutating func end() -> [UInt8] { lines.end() }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] { lines.whole(events) }

    public static func leftOut(of event: ModelEvent) -> String? { OllamaAnswerWriter.leftOut(of: event) }
}
