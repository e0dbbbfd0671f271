internal import GatewayTypes
internal import JSON

/// Reads the message of a whole answer. The plan that precedes tool calls is the model's thinking.
enum CohereMessageReader {
    static func events(of message: JSONValue) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if let plan = message["tool_plan"]?.string, !plan.isEmpty { events.append(.thinking(choice: 0, plan)) }
        if let content = message["content"] {
            if let text = content.string, !text.isEmpty { events.append(.text(choice: 0, text)) }
            for block in content.elements { events += Self.content(block) }
        }
        if let calls = message["tool_calls"] {
            for (index, call) in calls.elements.enumerated() { events += Self.call(call, index: index) }
        }
        if let citations = message["citations"], citations.kind == .array, citations.count > 0 {
            events.append(.citations(choice: 0, CohereCitations.common(citations.elements.map(\.self))))
        }
        return events
    }

    /// A block, or what is added to one in a stream.
    static func content(_ block: JSONValue) -> [ModelEvent] {
        if let text = block["thinking"]?.string { return text.isEmpty ? [] : [.thinking(choice: 0, text)] }
        if let text = block["text"]?.string { return text.isEmpty ? [] : [.text(choice: 0, text)] }
        guard let type = block["type"]?.string, type != "text", type != "thinking" else { return [] }
        return [.leftOut(type)]
    }

    private static func call(_ call: JSONValue, index: Int) -> [ModelEvent] {
        let arguments = call["function"]?["arguments"]?.string ?? ""
        return [
            .toolCall(
                choice: 0, index: index, id: call["id"]?.string ?? "", name: call["function"]?["name"]?.string ?? "",
                signature: nil),
            .toolArguments(choice: 0, index: index, arguments.isEmpty ? "{}" : arguments),
        ]
    }
}
