internal import GatewayTypes
internal import JSON

/// Reads `instructions` and the items of `input` into messages: what an assistant thought, said and called in a row is one
/// turn.
struct ResponsesInputReader {
    private(set) var messages: [Message] = []
    private(set) var unknown = UnknownFields()
    private let customTools: ResponsesCustomTools
    private var callNames: [String: String] = [:]
    /// Signs the call that comes next.
    private var callSignature: String?

    init(customTools: ResponsesCustomTools) { self.customTools = customTools }

    mutating func read(_ json: JSONValue) throws(GatewayError) {
        if let text = json["instructions"]?.string {
            messages.append(Message(.system, text.isEmpty ? [] : [.text(text)]))
        }
        guard let input = json.present("input") else { return }
        if let text = input.string {
            messages.append(Message(.user, text.isEmpty ? [] : [.text(text)]))
            return
        }
        var index = 0
        for item in input.elements {
            try read(item, "input[\(index)]")
            index += 1
        }
    }

    private mutating func read(_ item: JSONValue, _ place: String) throws(GatewayError) {
        let type = item["type"]?.string ?? "message"
        switch type {
        case "message": try readMessage(item, place)
        case "reasoning": readReasoning(item)
        case "function_call":
            note(item, besides: ["call_id", "name", "arguments"])
            readCall(item, arguments: item["arguments"]?.string ?? "")
        case "custom_tool_call":
            note(item, besides: ["call_id", "name", "input"])
            readCall(item, arguments: ResponsesCustomTools.arguments(item["input"]?.string ?? ""))
        case "function_call_output", "custom_tool_call_output": try readOutput(item, place)
        case "item_reference":
            throw .malformedRequest(
                message: "Unsupported value for '\(place)': items are not kept here, so they cannot be referred to. "
                    + "Send the item itself.",
                parameter: "\(place).type", code: "unsupported_value")
        default: unknown.add("input.\(type)")
        }
    }

    private mutating func note(_ item: JSONValue, besides known: Set<String>) {
        unknown.add(item, besides: known.union(["type", "id", "status"]), under: "input")
    }

    // MARK: - Messages

    private mutating func readMessage(_ item: JSONValue, _ place: String) throws(GatewayError) {
        note(item, besides: ["role", "content", "name"])
        let parts = try content(item["content"], "\(place).content", under: "input.content")
        let name = item["name"]?.string
        switch item["role"]?.string {
        case "system": messages.append(Message(.system, parts, name: name))
        case "developer": messages.append(Message(.developer, parts, name: name))
        case "user": messages.append(Message(.user, parts, name: name))
        case "assistant":
            guard let last = messages.last, last.role == .assistant, name == nil, !last.hasSpokenLast else {
                return messages.append(Message(.assistant, parts, name: name))
            }
            messages[messages.count - 1].content += parts
        default:
            throw ChatRequestCheck.wrong("\(place).role", "'user', 'assistant', 'system' or 'developer'")
        }
    }

    private mutating func content(
        _ content: JSONValue?, _ place: String, under name: String
    ) throws(GatewayError) -> [ContentPart] {
        guard let content else { return [] }
        if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
        var parts: [ContentPart] = []
        for part in content.elements {
            parts.append(try ResponsesPartReader.read(part, "\(place)[\(parts.count)]", under: name, &unknown))
        }
        return parts
    }

    // MARK: - What an assistant does besides

    private mutating func addToAssistant(_ part: ContentPart) {
        if messages.last?.role != .assistant { messages.append(Message(.assistant, [])) }
        messages[messages.count - 1].content.append(part)
    }

    /// The text is told in `content`, or as a summary; services that tell both mean the same.
    private mutating func readReasoning(_ item: JSONValue) {
        note(item, besides: ["summary", "content", "encrypted_content"])
        func texts(_ key: String) -> [String] {
            item.present(key)?.elements.compactMap { $0["text"]?.string }.filter { !$0.isEmpty } ?? []
        }
        let told = texts("content")
        let text = told.isEmpty ? texts("summary").joined(separator: "\n\n") : told.joined()
        switch item["encrypted_content"]?.string.flatMap({ $0.isEmpty ? nil : ReasoningToken($0) }) {
        case .signature(let signature): addToAssistant(.thinking(Thinking(text: text, signature: signature)))
        case .redacted(let data): addToAssistant(.thinking(Thinking(text: text, redacted: data)))
        case .call(let signature): callSignature = signature
        case nil: if !text.isEmpty { addToAssistant(.thinking(Thinking(text: text))) }
        }
    }

    private mutating func readCall(_ item: JSONValue, arguments: String) {
        let id = item["call_id"]?.string ?? ""
        let name = item["name"]?.string ?? ""
        callNames[id] = name
        addToAssistant(
            .toolCall(
                ToolCall(
                    id: id, name: name, arguments: arguments.isEmpty ? "{}" : arguments, signature: callSignature)))
        callSignature = nil
    }

    private mutating func readOutput(_ item: JSONValue, _ place: String) throws(GatewayError) {
        note(item, besides: ["call_id", "output"])
        let id = item["call_id"]?.string ?? ""
        let parts = try content(item["output"], "\(place).output", under: "input.output")
        messages.append(Message(.tool, [.toolResult(ToolResult(callID: id, name: callNames[id], content: parts))]))
    }
}

extension Message {
    /// Whether the last thing in it was said: what is said next is another message.
    fileprivate var hasSpokenLast: Bool {
        switch content.last {
        case .text, .refusal, .image, .audio, .video, .document, nil: true
        case .thinking, .toolCall, .toolResult: false
        }
    }
}
