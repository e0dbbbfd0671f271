internal import GatewayTypes
internal import JSON

/// Reads the `messages` of a chat request.
struct ChatMessageReader {
    private(set) var unknown = UnknownFields()
    /// The calls without a result so far. Results name their call by id, in the time before tools by name, and with some
    /// clients not at all: then they come in the order of the calls.
    private var unanswered: [(id: String, name: String)] = []
    private var namelessCalls = 0
    /// Of the parts that `content` read last, by their place among them.
    private var cacheMarks: [Int: CacheMark] = [:]

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
        case "system": return try plain(.system, message, place, name: name)
        case "developer": return try plain(.developer, message, place, name: name)
        case "user": return try plain(.user, message, place, name: name)
        case "assistant": return try assistant(message, place, name: name)
        case "tool", "function": return try result(message, place, name: name)
        default:
            throw ChatRequestCheck.wrong("\(place).role", "'system', 'developer', 'user', 'assistant' or 'tool'")
        }
    }

    private mutating func plain(
        _ role: Message.Role, _ message: JSONValue, _ place: String, name: String?
    ) throws(GatewayError) -> Message {
        var read = Message(role, try content(message, place, besides: []), name: name)
        read.cacheMarks = cacheMarks
        return read
    }

    private mutating func assistant(_ message: JSONValue, _ place: String, name: String?) throws(GatewayError)
        -> Message
    {
        var parts = ChatThinkingReader.thinking(of: message).map { ContentPart.thinking($0) }
        let thoughts = parts.count
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
            let id = begin(function, id: nil)
            parts.append(.toolCall(ToolCall(id: id, name: function, arguments: call["arguments"]?.string ?? "{}")))
        }
        var read = Message(.assistant, parts, name: name)
        for (index, mark) in cacheMarks { read.cacheMarks[thoughts + index] = mark }
        return read
    }

    private mutating func read(call: JSONValue, _ place: String) throws(GatewayError) -> ToolCall {
        let function = call.present("function") ?? call.present("custom")
        guard let name = function?["name"]?.string else {
            throw ChatRequestCheck.wrong("\(place).tool_calls", "calls with a function's name")
        }
        let id = begin(name, id: call["id"]?.string)
        unknown.add(
            call, besides: ["id", "type", "function", "custom", "index", "extra_content"], under: "messages.tool_calls")
        // A custom tool's input is any text; every other format has arguments only.
        let input = function?["input"]?.string.map { input in
            String(decoding: JSONWriter.bytes { json in json.object { $0.member("input", input) } }, as: UTF8.self)
        }
        let arguments = function?["arguments"]?.string ?? input ?? ""
        return ToolCall(
            id: id, name: name, arguments: arguments.isEmpty ? "{}" : arguments,
            signature: ChatExtraContent.signature(of: call))
    }

    private mutating func result(_ message: JSONValue, _ place: String, name: String?) throws(GatewayError) -> Message {
        let parts = try content(message, place, besides: ["tool_call_id"])
        let call = answered(id: message["tool_call_id"]?.string, name: name)
        let result = ToolResult(callID: call.id, name: name ?? call.name, content: parts)
        var read = Message(.tool, [.toolResult(result)])
        if let mark = cacheMarks.values.first { read.cacheMarks[0] = mark }
        return read
    }

    private mutating func begin(_ name: String, id: String?) -> String {
        if id == nil { namelessCalls += 1 }
        let id = id ?? "call_unnamed_\(namelessCalls)"
        unanswered.append((id, name))
        return id
    }

    /// The call that a result is of; the id as it came where no call has it.
    private mutating func answered(id: String?, name: String?) -> (id: String, name: String?) {
        let position = unanswered.firstIndex {
            if let id { return $0.id == id }
            return name == nil || $0.name == name
        }
        guard let position else { return (id ?? "", nil) }
        let call = unanswered.remove(at: position)
        return (call.id, call.name)
    }

    /// - Parameter handled: members of the message besides role, name and content that are read elsewhere.
    private mutating func content(
        _ message: JSONValue, _ place: String, besides handled: Set<String>
    ) throws(GatewayError) -> [ContentPart] {
        cacheMarks = [:]
        for (key, value) in message.members where !value.isNull && !handled.contains(key) {
            switch key {
            case "role", "name", "content", "cache_control": continue
            default:
                if value.kind == .array && value.count == 0 { continue }
                unknown.add("messages.\(key)")
            }
        }
        guard let content = message.present("content") else { return [] }
        if let text = content.string {
            if let mark = CacheMark(message["cache_control"]), !text.isEmpty { cacheMarks[0] = mark }
            return text.isEmpty ? [] : [.text(text)]
        }
        var parts: [ContentPart] = []
        for part in content.elements {
            parts += try ChatPartReader.read(part, "\(place).content[\(parts.count)]", unknown: &unknown)
            if let mark = CacheMark(part["cache_control"]), !parts.isEmpty { cacheMarks[parts.count - 1] = mark }
        }
        return parts
    }
}
