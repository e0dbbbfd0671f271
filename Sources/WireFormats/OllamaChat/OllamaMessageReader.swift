internal import GatewayTypes
internal import JSON

/// Reads the `messages` of a chat. Calls need have no ids: results name their call by id, or by the tool's name, or come in
/// the order of the calls.
struct OllamaMessageReader {
    private(set) var unknown = UnknownFields()
    private var unanswered: [(id: String, name: String)] = []
    private var callCount = 0

    mutating func read(_ list: JSONValue?) -> [Message] { list?.elements.map { read($0) } ?? [] }

    private mutating func read(_ message: JSONValue) -> Message {
        unknown.add(
            message,
            besides: ["role", "content", "images", "thinking", "tool_calls", "tool_name", "name", "tool_call_id"],
            under: "messages")
        let text = message["content"]?.string ?? ""
        let said: [ContentPart] = (text.isEmpty ? [] : [.text(text)]) + Self.images(of: message)
        switch message["role"]?.string {
        case "system": return Message(.system, said)
        case "developer": return Message(.developer, said)
        case "assistant": return assistant(message, said)
        case "tool":
            let (id, name) = answered(message)
            return Message(.tool, [.toolResult(ToolResult(callID: id, name: name, content: said))])
        default: return Message(.user, said, name: message["name"]?.string)
        }
    }

    static func images(of value: JSONValue) -> [ContentPart] {
        (value["images"]?.elements.compactMap(\.string) ?? []).map { data in
            if data.hasPrefix("data:") || data.isWebAddress { return .image(Media(url: data), detail: nil) }
            return .image(.inline(type: ImageType.guess(data), data: data), detail: nil)
        }
    }

    private mutating func assistant(_ message: JSONValue, _ said: [ContentPart]) -> Message {
        var parts: [ContentPart] = []
        if let thinking = message["thinking"]?.string, !thinking.isEmpty {
            parts.append(.thinking(Thinking(text: thinking)))
        }
        parts += said
        for call in message["tool_calls"]?.elements.map(\.self) ?? [] {
            unknown.add(call, besides: ["id", "type", "function"], under: "messages.tool_calls")
            let function = call["function"]
            unknown.add(
                function, besides: ["name", "arguments", "index", "description"], under: "messages.tool_calls.function")
            let name = function?["name"]?.string ?? ""
            callCount += 1
            let own = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let id = own ?? GeneratedCallID.make(answer: "turn", choice: 0, index: callCount)
            unanswered.append((id, name))
            let arguments = function?["arguments"]
            parts.append(
                .toolCall(ToolCall(id: id, name: name, arguments: arguments?.string ?? arguments?.compactText ?? "{}")))
        }
        return Message(.assistant, parts)
    }

    private mutating func answered(_ message: JSONValue) -> (id: String, name: String?) {
        let asked = message["tool_call_id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let name = message["tool_name"]?.string ?? message["name"]?.string
        let place = unanswered.firstIndex {
            if let asked { return $0.id == asked }
            return name == nil || $0.name == name
        }
        guard let place else { return (asked ?? name ?? "", name) }
        let call = unanswered.remove(at: place)
        return (call.id, name ?? call.name)
    }
}
