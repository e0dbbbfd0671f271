internal import GatewayTypes
internal import JSON

/// Checks the shape of everything in a Responses request that the gateway acts on, and reads what routing and admission need.
enum ResponsesRequestCheck {
    private typealias Check = ChatRequestCheck

    /// What refers to something that only a provider of this API keeps or runs.
    static let keptElsewhere = ["previous_response_id", "conversation", "prompt"]

    static func understand(_ json: JSONValue, _ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        guard let model = json.present("model") else { throw Check.missing("model") }
        guard let name = model.string, !name.isEmpty else { throw Check.wrong("model", "a non-empty string") }
        var needs = RequestNeeds()
        if let field = try fieldOfOwnWire(json) {
            needs.only = WireNeed(wire: .openAIResponses, field: field)
        }
        var textBytes = try text(json, "instructions")
        if let input = json.present("input") {
            try check(input, &needs, &textBytes)
        } else if needs.only == nil {
            throw Check.missing("input")
        }
        try checkTools(json, &needs, &textBytes)
        try checkOptions(json, &needs, &textBytes)
        needs.promptTokens += (textBytes + 3) / 4
        return ClientRequest(
            received, json: json, model: name, stream: try Check.bool(json, "stream") ?? false, needs: needs)
    }

    /// The first field that only a provider of this API can act on.
    private static func fieldOfOwnWire(_ json: JSONValue) throws(GatewayError) -> String? {
        if let id = json.present("previous_response_id"), id.kind != .string {
            throw Check.wrong("previous_response_id", "a string")
        }
        if let place = json.present("conversation"), place.kind != .string, place["id"]?.kind != .string {
            throw Check.wrong("conversation", "a string or an object with an 'id'")
        }
        if let prompt = json.present("prompt"), prompt.kind != .object { throw Check.wrong("prompt", "an object") }
        let background = try Check.bool(json, "background") ?? false
        return keptElsewhere.first { json.present($0) != nil } ?? (background ? "background" : nil)
    }

    // MARK: - Input

    private static func check(
        _ input: JSONValue, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        if input.kind == .string {
            textBytes += input.range.count - 2
            needs.promptTokens += Check.tokensPerMessage
            return
        }
        guard input.kind == .array, input.count > 0 else {
            throw Check.wrong("input", "a string or a non-empty array of items")
        }
        var index = 0
        for item in input.elements {
            try check(item: item, "input[\(index)]", &needs, &textBytes)
            index += 1
        }
        needs.promptTokens += input.count * Check.tokensPerMessage
    }

    private static func check(
        item: JSONValue, _ place: String, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        guard item.kind == .object else { throw Check.wrong(place, "an object") }
        if let type = item.present("type"), type.kind != .string { throw Check.wrong("\(place).type", "a string") }
        if let role = item.present("role"), role.kind != .string { throw Check.wrong("\(place).role", "a string") }
        let type = item["type"]?.string ?? (item.present("role") == nil ? nil : "message")
        switch type {
        case nil: throw Check.missing("\(place).type")
        case "message":
            guard item.present("role") != nil else { throw Check.missing("\(place).role") }
            guard let content = item.present("content") else { throw Check.missing("\(place).content") }
            try check(content: content, "\(place).content", &needs, &textBytes)
        case "function_call", "custom_tool_call":
            try demand(["call_id", "name", type == "function_call" ? "arguments" : "input"], of: item, place)
            textBytes += item.range.count
        case "function_call_output", "custom_tool_call_output":
            try demand(["call_id"], of: item, place)
            guard let output = item.present("output") else { throw Check.missing("\(place).output") }
            try check(content: output, "\(place).output", &needs, &textBytes)
        case "reasoning":
            for key in ["summary", "content"] {
                if let list = item.present(key), list.kind != .array {
                    throw Check.wrong("\(place).\(key)", "an array of parts")
                }
            }
            textBytes += ((item["summary"]?.range.count ?? 0) + (item["content"]?.range.count ?? 0))
        default: textBytes += item.range.count
        }
    }

    private static func demand(_ keys: [String], of item: JSONValue, _ place: String) throws(GatewayError) {
        for key in keys {
            guard let value = item.present(key) else { throw Check.missing("\(place).\(key)") }
            guard value.kind == .string else { throw Check.wrong("\(place).\(key)", "a string") }
        }
    }

    private static func check(
        content: JSONValue, _ place: String, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        if content.kind == .string {
            textBytes += content.range.count - 2
            return
        }
        guard content.kind == .array else { throw Check.wrong(place, "a string or an array of parts") }
        var index = 0
        for part in content.elements {
            let place = "\(place)[\(index)]"
            guard part.kind == .object else { throw Check.wrong(place, "an object") }
            guard let type = part.present("type") else { throw Check.missing("\(place).type") }
            guard type.kind == .string else { throw Check.wrong("\(place).type", "a string") }
            if type.isString("input_image") {
                needs.vision = true
                needs.promptTokens += Check.imageTokens
            } else if type.isString("input_audio") {
                needs.audio = true
                needs.promptTokens += 100 + part.range.count / 4_000
            } else if let text = part["text"], text.kind == .string {
                textBytes += text.range.count - 2
            } else {
                needs.promptTokens += Check.imageTokens + part.range.count / 64
            }
            index += 1
        }
    }

    // MARK: - Options

    private static func checkTools(
        _ json: JSONValue, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        if let tools = json.present("tools") {
            guard tools.kind == .array else { throw Check.wrong("tools", "an array") }
            var index = 0
            for tool in tools.elements {
                try check(tool: tool, "tools[\(index)]")
                index += 1
            }
            needs.tools = tools.count > 0
            textBytes += tools.range.count
        }
        if let choice = json.present("tool_choice"), choice.kind != .string, choice.kind != .object {
            throw Check.wrong("tool_choice", "a string or an object")
        }
        _ = try Check.bool(json, "parallel_tool_calls")
    }

    private static func check(tool: JSONValue, _ place: String) throws(GatewayError) {
        guard tool.kind == .object else { throw Check.wrong(place, "an object") }
        guard let type = tool.present("type") else { throw Check.missing("\(place).type") }
        guard type.kind == .string else { throw Check.wrong("\(place).type", "a string") }
        guard type.isString("function") || type.isString("custom") else { return }
        guard tool["name"]?.kind == .string else { throw Check.wrong("\(place).name", "a string") }
        if let parameters = tool.present("parameters"), parameters.kind != .object {
            throw Check.wrong("\(place).parameters", "an object, a JSON Schema")
        }
    }

    private static func checkOptions(
        _ json: JSONValue, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        try Check.number(json, "temperature", 0...2)
        try Check.number(json, "top_p", 0...1)
        needs.maxTokens = try Check.int(json, "max_output_tokens", 1...Int.max)
        try Check.int(json, "top_logprobs", 0...20)
        _ = try Check.bool(json, "store")
        for key in ["metadata", "reasoning", "stream_options", "text"] {
            if let value = json.present(key), value.kind != .object { throw Check.wrong(key, "an object") }
        }
        if let include = json.present("include") {
            guard include.kind == .array, include.elements.allSatisfy({ $0.kind == .string }) else {
                throw Check.wrong("include", "an array of strings")
            }
        }
        guard let format = json["text"]?.present("format") else { return }
        guard format.kind == .object else { throw Check.wrong("text.format", "an object") }
        guard let type = format["type"], type.kind == .string else {
            throw Check.wrong("text.format.type", "a string")
        }
        guard type.isString("json_schema") else { return }
        guard let schema = format["schema"], schema.kind == .object else {
            throw Check.wrong("text.format.schema", "an object, a JSON Schema")
        }
        guard format["name"]?.kind == .string else { throw Check.wrong("text.format.name", "a string") }
        needs.jsonSchema = true
        textBytes += schema.range.count
    }

    /// The bytes of a text that may be left out.
    private static func text(_ json: JSONValue, _ key: String) throws(GatewayError) -> Int {
        guard let value = json.present(key) else { return 0 }
        guard value.kind == .string else { throw Check.wrong(key, "a string") }
        return value.range.count - 2
    }
}
