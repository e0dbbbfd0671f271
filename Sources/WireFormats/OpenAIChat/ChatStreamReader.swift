public import GatewayTypes
internal import JSON

/// Reads the chunks of a streamed chat completion.
public struct ChatStreamReader: UpstreamStreamReader {
    public static var framing: StreamFraming { .serverSentEvents }

    private var hasStarted = false
    private var hasCitations = false
    private var choices: [Int: ChatChoiceReader] = [:]

    public init() {}

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        guard !record.data.isEmpty, !record.isDone else { return [] }
        guard let chunk = try? JSONValue.parse(record.data), chunk.kind == .object else { return nil }
        if let failure = ChatFailure.inside(chunk, eventName: record.name) { throw failure }
        let list = chunk.present("choices")
        if let list {
            guard list.kind == .array, list.elements.allSatisfy({ $0.kind == .object }) else { return nil }
        }
        var events: [ModelEvent] = []
        if !hasStarted, list.map({ $0.count > 0 }) ?? false {
            hasStarted = true
            events.append(
                .start(id: chunk["id"]?.string, model: chunk["model"]?.string, created: chunk["created"]?.int))
        }
        if let list {
            for choice in list.elements {
                let index = choice["index"]?.int ?? 0
                choices[index, default: ChatChoiceReader(choice: index, isWhole: false)].read(choice, into: &events)
            }
        }
        if !hasCitations, let citations = ChatCitations.ofAnswer(chunk) {
            hasCitations = true
            events.append(.citations(choice: 0, citations))
        }
        if let usage = ChatUsage.read(chunk["usage"]) ?? ChatUsage.read(chunk["x_groq"]?["usage"]) {
            events.append(.usage(usage))
        }
        return events
    }
}

extension StreamRecord {
    /// The end mark of OpenAI's streams.
    var isDone: Bool {
        guard data.count >= 6, data.count < 32 else { return false }
        return data.drop { $0 == .space }.starts(with: "[DONE]".utf8)
    }
}
