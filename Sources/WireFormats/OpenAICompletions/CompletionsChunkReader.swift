internal import GatewayTypes
internal import JSON

/// Reads `text_completion` objects: one is a whole answer, several are a stream.
struct CompletionsChunkReader: Sendable {
    private var hasStarted = false

    /// - Returns: `nil` for what is none.
    mutating func read(_ chunk: JSONValue, eventName: String? = nil) throws(UpstreamFailure) -> [ModelEvent]? {
        guard chunk.kind == .object else { return nil }
        let found = ChatChunk(chunk)
        if let failure = ChatFailure.inside(chunk, found, eventName: eventName) { throw failure }
        guard let choices = found.choices, choices.kind == .array,
            choices.elements.allSatisfy({ $0.kind == .object })
        else { return nil }
        var events: [ModelEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(
                .start(id: chunk["id"]?.string, model: found.model?.string, created: chunk["created"]?.int))
        }
        for choice in choices.elements { Self.read(choice, into: &events) }
        if let usage = ChatUsage.read(found.usage) { events.append(.usage(usage)) }
        return events
    }

    private static func read(_ choice: JSONValue, into events: inout [ModelEvent]) {
        let index = choice["index"]?.int ?? 0
        if let text = choice["text"]?.string, !text.isEmpty { events.append(.text(choice: index, text)) }
        let reason = ChatFinishReason.read(
            choice["finish_reason"]?.string ?? "", native: choice["native_finish_reason"]?.string)
        if let reason { events.append(.finish(choice: index, reason)) }
    }
}
