internal import GatewayTypes
internal import JSON

/// Checks the shape of everything in a messages request that the gateway acts on, and reads what routing and admission
/// need.
struct AnthropicRequestCheck {
    /// What an image is counted as, in tokens.
    private static let imageTokens = 800
    private static let tokensPerMessage = 4

    private var needs = RequestNeeds()
    private var textBytes = 0

    /// - Parameter operation: `countTokens` for a request that wants no answer, so bounds none.
    static func understand(
        _ received: ReceivedRequest, for operation: Operation
    ) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let model = try AnthropicField.text(json, "model", at: "model")
        guard !model.isEmpty else { throw AnthropicField.wrong("model", "a non-empty string") }
        var check = AnthropicRequestCheck()
        check.needs.operation = operation
        try check.checkMessages(try AnthropicField.required(json, "messages", at: "messages"))
        try check.checkOptions(json)
        guard operation != .countTokens else {
            return ClientRequest(received, json: json, model: model, stream: false, needs: check.complete())
        }
        _ = try AnthropicField.required(json, "max_tokens", at: "max_tokens")
        check.needs.maxTokens = try AnthropicField.int(json, "max_tokens", atLeast: 0)
        let stream = try AnthropicField.bool(json, "stream") ?? false
        return ClientRequest(received, json: json, model: model, stream: stream, needs: check.complete())
    }

    private func complete() -> RequestNeeds {
        var complete = needs
        complete.promptTokens += (textBytes + 3) / 4
        return complete
    }

    // MARK: - Messages

    private mutating func checkMessages(_ messages: JSONValue) throws(GatewayError) {
        guard messages.kind == .array, messages.count > 0 else {
            throw AnthropicField.wrong("messages", "a non-empty array")
        }
        for (index, message) in messages.elements.enumerated() {
            let place = "messages.\(index)"
            guard message.kind == .object else { throw AnthropicField.wrong(place, "an object") }
            _ = try AnthropicField.text(message, "role", at: "\(place).role")
            let content = try AnthropicField.required(message, "content", at: "\(place).content")
            try checkContent(content, "\(place).content")
        }
        needs.promptTokens += messages.count * Self.tokensPerMessage
    }

    private mutating func checkContent(_ content: JSONValue, _ place: String) throws(GatewayError) {
        switch content.kind {
        case .string: textBytes += content.range.count - 2
        case .array:
            for (index, block) in content.elements.enumerated() { try checkBlock(block, "\(place).\(index)") }
        case .object, .number, .bool, .null: throw AnthropicField.wrong(place, "a string or an array of blocks")
        }
    }

    private mutating func checkBlock(_ block: JSONValue, _ place: String) throws(GatewayError) {
        guard block.kind == .object else { throw AnthropicField.wrong(place, "an object") }
        let type = try AnthropicField.text(block, "type", at: "\(place).type")
        switch type {
        case "text":
            let text = try AnthropicField.required(block, "text", at: "\(place).text")
            guard text.kind == .string else { throw AnthropicField.wrong("\(place).text", "a string") }
            textBytes += text.range.count - 2
        case "image":
            try checkSource(of: block, place)
            needs.vision = true
            needs.promptTokens += Self.imageTokens
        case "document":
            try checkSource(of: block, place)
            let isText = block["source"]?["type"]?.isString("text") == true
            if isText { textBytes += block.range.count } else { needs.promptTokens += block.range.count / 64 }
        case "tool_use":
            _ = try AnthropicField.text(block, "id", at: "\(place).id")
            _ = try AnthropicField.text(block, "name", at: "\(place).name")
            guard let input = block["input"], input.kind == .object else {
                throw AnthropicField.wrong("\(place).input", "an object")
            }
            textBytes += input.range.count
        case "tool_result":
            _ = try AnthropicField.text(block, "tool_use_id", at: "\(place).tool_use_id")
            if let content = block.present("content") { try checkContent(content, "\(place).content") }
        default: textBytes += block.range.count
        }
    }

    private func checkSource(of block: JSONValue, _ place: String) throws(GatewayError) {
        let source = try AnthropicField.required(block, "source", at: "\(place).source")
        guard source.kind == .object else { throw AnthropicField.wrong("\(place).source", "an object") }
        _ = try AnthropicField.text(source, "type", at: "\(place).source.type")
    }

    // MARK: - Options

    private mutating func checkOptions(_ json: JSONValue) throws(GatewayError) {
        // The turns before this one are kept by the provider.
        if json.present("thread") != nil { needs.only = WireNeed(wire: .anthropicMessages, field: "thread") }
        if let system = json.present("system") { try checkContent(system, "system") }
        try checkTools(json)
        try AnthropicField.share(json, "temperature")
        try AnthropicField.share(json, "top_p")
        _ = try AnthropicField.int(json, "top_k", atLeast: 0)
        if let stops = try AnthropicField.array(json, "stop_sequences") {
            guard stops.elements.allSatisfy({ $0.kind == .string }) else {
                throw AnthropicField.wrong("stop_sequences", "an array of strings")
            }
        }
        if let metadata = try AnthropicField.object(json, "metadata"), let user = metadata.present("user_id"),
            user.kind != .string
        {
            throw AnthropicField.wrong("metadata.user_id", "a string")
        }
        if let thinking = try AnthropicField.object(json, "thinking") {
            _ = try AnthropicField.text(thinking, "type", at: "thinking.type")
            if let budget = thinking.present("budget_tokens"), budget.int == nil {
                throw AnthropicField.wrong("thinking.budget_tokens", "an integer")
            }
        }
        let format =
            try AnthropicField.object(json, "output_config")?.present("format") ?? json.present("output_format")
        if let format {
            guard format["schema"]?.kind == .object else {
                throw AnthropicField.wrong("output_config.format.schema", "an object, a JSON Schema")
            }
            needs.jsonSchema = true
            textBytes += format.range.count
        }
    }

    private mutating func checkTools(_ json: JSONValue) throws(GatewayError) {
        if let choice = try AnthropicField.object(json, "tool_choice") {
            _ = try AnthropicField.text(choice, "type", at: "tool_choice.type")
        }
        guard let tools = try AnthropicField.array(json, "tools") else { return }
        for (index, tool) in tools.elements.enumerated() {
            guard tool.kind == .object else { throw AnthropicField.wrong("tools.\(index)", "an object") }
            guard tool.isCustomTool else { continue }
            _ = try AnthropicField.text(tool, "name", at: "tools.\(index).name")
            let schema = try AnthropicField.required(tool, "input_schema", at: "tools.\(index).input_schema")
            guard schema.kind == .object else {
                throw AnthropicField.wrong("tools.\(index).input_schema", "an object, a JSON Schema")
            }
            needs.tools = true
        }
        textBytes += tools.range.count
    }
}

extension JSONValue {
    /// Whether this tool is the caller's own function and not one that the provider runs.
    var isCustomTool: Bool {
        guard let type = present("type") else { return true }
        return type.isString("custom")
    }
}
