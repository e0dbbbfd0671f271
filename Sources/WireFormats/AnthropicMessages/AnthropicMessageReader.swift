internal import GatewayTypes
internal import JSON

/// Reads the turns of a messages request.
struct AnthropicMessageReader {
    private var blocks = AnthropicPartReader()
    /// Whether the last message sums up those before it.
    private var isSummary = false

    var unknown: UnknownFields { blocks.unknown }

    /// The system's words before the first turn.
    mutating func system(_ system: JSONValue?) throws(GatewayError) -> [Message] {
        guard let system else { return [] }
        let messages = try turns(system, as: .system, "system", under: "system")
        return messages.filter { !$0.content.isEmpty }
    }

    mutating func read(_ list: JSONValue?) throws(GatewayError) -> [Message] {
        guard let list else { return [] }
        var messages: [Message] = []
        messages.reserveCapacity(list.count)
        for (index, message) in list.elements.enumerated() {
            let place = "messages.\(index)"
            guard let content = message["content"] else { throw AnthropicField.missing("\(place).content") }
            blocks.note(message, besides: ["role", "content"], under: "messages")
            let turns = try turns(
                content, as: try role(message, place), "\(place).content", under: "messages.content")
            if isSummary { messages = [] }
            messages += turns
        }
        return messages
    }

    private func role(_ message: JSONValue, _ place: String) throws(GatewayError) -> Message.Role {
        switch message["role"]?.string {
        case "user": .user
        case "assistant": .assistant
        case "system": .system
        default: throw AnthropicField.wrong("\(place).role", "'user', 'assistant' or 'system'")
        }
    }

    /// A message as turns of the common form, where results of tools have turns of their own. Anthropic ignores what stands
    /// before a summary, so nobody else is told it either.
    private mutating func turns(
        _ content: JSONValue, as role: Message.Role, _ place: String, under name: String
    ) throws(GatewayError) -> [Message] {
        isSummary = false
        if let text = content.string { return [Message(role, text.isEmpty ? [] : [.text(text)])] }
        var turns: [Message] = []
        for (index, block) in content.elements.enumerated() {
            let parts = try blocks.read(block, "\(place).\(index)", under: name)
            guard let first = parts.first else { continue }
            if block["type"]?.isString("compaction") == true {
                turns = []
                isSummary = true
            }
            var its = role
            if case .toolResult = first { its = .tool }
            if turns.last?.role != its { turns.append(Message(its, [])) }
            turns[turns.count - 1].content += parts
            if let mark = CacheMark(block["cache_control"]) ?? Self.innerMark(block) {
                turns[turns.count - 1].cacheMarks[turns[turns.count - 1].content.count - 1] = mark
            }
        }
        return turns.isEmpty ? [Message(role, [])] : turns
    }

    /// The last mark in a block that holds others: the prompt is kept up to the end of the whole block then.
    private static func innerMark(_ block: JSONValue) -> CacheMark? {
        let inner = block["content"] ?? block["source"]?["content"]
        return inner?.elements.compactMap { CacheMark($0["cache_control"]) ?? innerMark($0) }.last
    }
}
