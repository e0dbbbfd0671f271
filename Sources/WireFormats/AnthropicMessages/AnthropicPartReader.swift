internal import GatewayTypes
internal import JSON

/// Reads the content blocks of a messages request, in their order.
struct AnthropicPartReader {
    private(set) var unknown = UnknownFields()
    /// The name of every tool called so far, by the call's id: results tell the id alone.
    private var toolNames: [String: String] = [:]

    /// Notes every member of `object` besides those that are read elsewhere.
    mutating func note(_ object: JSONValue, besides known: Set<String>, under place: String) {
        unknown.add(object, besides: known, under: place)
    }

    /// - Parameter name: how callers call the place, for what has to be left out.
    /// - Returns: nothing for a block that only its own provider understands; it is noted as unknown.
    mutating func read(
        _ block: JSONValue, _ place: String, under name: String
    ) throws(GatewayError) -> [ContentPart] {
        let type = block["type"]?.string ?? ""
        var handled: Set<String> = ["type", "cache_control"]
        defer { unknown.add(block, besides: handled, under: name) }
        unknown.addMark(block.present("cache_control"), under: "\(name).cache_control")
        switch type {
        case "text":
            handled.insert("text")
            return [.text(try AnthropicField.text(block, "text", at: "\(place).text"))]
        case "image":
            handled.insert("source")
            return [.image(try media(block, place, under: name), detail: nil)]
        case "document":
            handled.formUnion(["source", "title"])
            return try document(block, place, under: name)
        case "search_result":
            handled.formUnion(["source", "title", "content"])
            return [.text(searchResult(block, under: name))]
        case "thinking":
            handled.formUnion(["thinking", "signature"])
            let signature = block["signature"]?.string ?? ""
            return [
                .thinking(
                    Thinking(text: block["thinking"]?.string ?? "", signature: signature.isEmpty ? nil : signature))
            ]
        case "redacted_thinking":
            handled.insert("data")
            return [.thinking(Thinking(text: "", redacted: block["data"]?.string ?? ""))]
        case "tool_use":
            handled.formUnion(["id", "name", "input"])
            if block["caller"]?["type"]?.isString("direct") == true { handled.insert("caller") }
            return [.toolCall(try call(block, place))]
        case "tool_result":
            handled.formUnion(["tool_use_id", "content", "is_error"])
            return [.toolResult(try result(block, place, under: "\(name).content"))]
        case "compaction":
            // What was said before, summed up; a null sums up nothing.
            handled.insert("content")
            return (block["content"]?.string).map { [.text($0)] } ?? []
        default:
            unknown.add("\(name).\(type)")
            handled.formUnion(block.members.map(\.key))
            return []
        }
    }

    private mutating func call(_ block: JSONValue, _ place: String) throws(GatewayError) -> ToolCall {
        let id = AnthropicToolID.original(try AnthropicField.text(block, "id", at: "\(place).id"))
        let name = try AnthropicField.text(block, "name", at: "\(place).name")
        toolNames[id] = name
        return ToolCall(id: id, name: name, arguments: block["input"]?.compactText ?? "{}")
    }

    private mutating func result(
        _ block: JSONValue, _ place: String, under name: String
    ) throws(GatewayError) -> ToolResult {
        let id = AnthropicToolID.original(try AnthropicField.text(block, "tool_use_id", at: "\(place).tool_use_id"))
        var parts: [ContentPart] = []
        if let content = block.present("content") {
            if let text = content.string {
                parts = [.text(text)]
            } else {
                for (index, inner) in content.elements.enumerated() {
                    parts += try read(inner, "\(place).content.\(index)", under: name)
                }
            }
        }
        return ToolResult(
            callID: id, name: toolNames[id], content: parts, isError: block["is_error"]?.bool ?? false)
    }

    private mutating func media(
        _ block: JSONValue, _ place: String, under name: String
    ) throws(GatewayError) -> Media {
        let source = try AnthropicField.required(block, "source", at: "\(place).source")
        unknown.add(source, besides: ["type", "media_type", "data", "url", "file_id"], under: "\(name).source")
        switch source["type"]?.string {
        case "base64":
            return .inline(
                type: try AnthropicField.text(source, "media_type", at: "\(place).source.media_type"),
                data: try AnthropicField.text(source, "data", at: "\(place).source.data"))
        case "url": return .url(try AnthropicField.text(source, "url", at: "\(place).source.url"), type: nil)
        case "file":
            return .file(
                id: try AnthropicField.text(source, "file_id", at: "\(place).source.file_id"), keptBy: .anthropic)
        case "text":
            let text = try AnthropicField.text(source, "data", at: "\(place).source.data")
            return .inline(type: "text/plain", data: Base64.encode(Array(text.utf8)))
        default: throw AnthropicField.wrong("\(place).source.type", "'base64', 'url', 'file' or 'text'")
        }
    }

    private mutating func document(
        _ block: JSONValue, _ place: String, under name: String
    ) throws(GatewayError) -> [ContentPart] {
        let title = block["title"]?.string
        guard block["source"]?["type"]?.isString("content") == true else {
            return [.document(try media(block, place, under: name), name: title)]
        }
        unknown.add(block["source"], besides: ["type", "content"], under: "\(name).source")
        let content = block["source"]?["content"]
        if let text = content?.string {
            return [.document(.inline(type: "text/plain", data: Base64.encode(Array(text.utf8))), name: title)]
        }
        if title != nil { unknown.add("\(name).title") }
        var parts: [ContentPart] = []
        for (index, inner) in (content?.elements.map { $0 } ?? []).enumerated() {
            parts += try read(inner, "\(place).source.content.\(index)", under: "\(name).source.content")
        }
        return parts
    }

    /// What was found, as text: title, source and content, a line each.
    private mutating func searchResult(_ block: JSONValue, under name: String) -> String {
        var texts: [String] = []
        for inner in block["content"]?.elements.map(\.self) ?? [] {
            unknown.add(inner, besides: ["type", "text", "cache_control"], under: "\(name).content")
            unknown.addMark(inner.present("cache_control"), under: "\(name).content.cache_control")
            if let text = inner["text"]?.string { texts.append(text) }
        }
        return ([block["title"]?.string, block["source"]?.string].compactMap(\.self) + texts).joined(separator: "\n")
    }
}
