internal import GatewayTypes
internal import JSON

/// Reads the `messages` of a chat request.
struct ChatMessageReader {
    private(set) var unknown = UnknownFields()
    /// Names of the calls made so far by id, as Gemini wants a result's name.
    private var callNames: [String: String] = [:]
    private var legacyCalls = 0

    mutating func read(_ list: JSONValue?) throws(GatewayError) -> [Message] {
        var messages: [Message] = []
        guard let list else { return messages }
        messages.reserveCapacity(list.count)
        for message in list.elements { messages.append(try read(message, messages.count)) }
        return messages
    }

    private mutating func read(_ message: JSONValue, _ index: Int) throws(GatewayError) -> Message {
        let place = "messages[\(index)]"
        let name = message["name"]?.string
        switch message["role"]?.string {
        case "system": return Message(.system, try content(message, place, besides: []), name: name)
        case "developer": return Message(.developer, try content(message, place, besides: []), name: name)
        case "user": return Message(.user, try content(message, place, besides: []), name: name)
        case "assistant": return try assistant(message, place, name: name)
        case "tool", "function": return try result(message, place, name: name)
        default:
            throw ChatRequestCheck.wrong("\(place).role", "'system', 'developer', 'user', 'assistant' or 'tool'")
        }
    }

    private mutating func assistant(_ message: JSONValue, _ place: String, name: String?) throws(GatewayError)
        -> Message
    {
        var parts = ChatThinkingReader.thinking(of: message).map { ContentPart.thinking($0) }
        parts += try content(
            message, place,
            besides: [
                "reasoning_content", "reasoning", "reasoning_details", "tool_calls", "function_call", "refusal",
                "extra_content", "annotations", "parsed",
            ])
        if let refusal = message["refusal"]?.string, !refusal.isEmpty { parts.append(.refusal(refusal)) }
        if let calls = message.present("tool_calls") {
            for call in calls.elements { parts.append(.toolCall(try read(call: call, place))) }
        }
        if let call = message.present("function_call"), let function = call["name"]?.string {
            legacyCalls += 1
            let id = "call_legacy_\(legacyCalls)"
            callNames[id] = function
            parts.append(.toolCall(ToolCall(id: id, name: function, arguments: call["arguments"]?.string ?? "{}")))
        }
        return Message(.assistant, parts, name: name)
    }

    private mutating func read(call: JSONValue, _ place: String) throws(GatewayError) -> ToolCall {
        let function = call.present("function") ?? call.present("custom")
        guard let id = call["id"]?.string, let name = function?["name"]?.string else {
            throw ChatRequestCheck.wrong("\(place).tool_calls", "calls with an id and a function's name")
        }
        callNames[id] = name
        unknown.add(
            call, besides: ["id", "type", "function", "custom", "index", "extra_content"], under: "messages.tool_calls")
        let arguments = function?["arguments"]?.string ?? function?["input"]?.string ?? ""
        return ToolCall(
            id: id, name: name, arguments: arguments.isEmpty ? "{}" : arguments,
            signature: ChatExtraContent.signature(of: call))
    }

    private mutating func result(_ message: JSONValue, _ place: String, name: String?) throws(GatewayError) -> Message {
        let isLegacy = message["role"]?.isString("function") == true
        let parts = try content(message, place, besides: ["tool_call_id"])
        let id = message["tool_call_id"]?.string ?? (isLegacy ? "call_legacy_\(legacyCalls)" : "")
        return Message(.tool, [.toolResult(ToolResult(callID: id, name: name ?? callNames[id], content: parts))])
    }

    /// - Parameter handled: members of the message besides role, name and content that are read elsewhere.
    private mutating func content(
        _ message: JSONValue, _ place: String, besides handled: Set<String>
    ) throws(GatewayError) -> [ContentPart] {
        for (key, value) in message.members where !value.isNull && !handled.contains(key) {
            switch key {
            case "role", "name", "content": continue
            default:
                if value.kind == .array && value.count == 0 { continue }
                unknown.add("messages.\(key)")
            }
        }
        guard let content = message.present("content") else { return [] }
        if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
        var parts: [ContentPart] = []
        for part in content.elements {
            parts += try ChatPartReader.read(part, "\(place).content[\(parts.count)]", unknown: &unknown)
        }
        return parts
    }
}
