internal import GatewayTypes
internal import JSON

/// Checks the shape of everything in a chat request that the gateway acts on, and reads what routing and admission need.
enum ChatRequestCheck {
    /// What an image or a recording is counted as, in tokens.
    static let imageTokens = 800
    static let tokensPerMessage = 4

    static func understand(_ json: JSONValue, _ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        guard let model = json.present("model") else { throw missing("model") }
        guard let name = model.string, !name.isEmpty else { throw wrong("model", "a non-empty string") }
        guard let messages = json.present("messages") else { throw missing("messages") }
        guard messages.kind == .array, messages.count > 0 else { throw wrong("messages", "a non-empty array") }

        var needs = RequestNeeds()
        var textBytes = 0
        var index = 0
        for message in messages.elements {
            try check(message, index, &needs, &textBytes)
            index += 1
        }
        needs.promptTokens += messages.count * tokensPerMessage
        try checkTools(json, &needs, &textBytes)
        try checkSampling(json, &needs)
        try checkFormat(json, &needs, &textBytes)
        needs.promptTokens += (textBytes + 3) / 4

        let stream = try bool(json, "stream") ?? false
        var includeUsage = false
        if let options = json.present("stream_options") {
            guard options.kind == .object else { throw wrong("stream_options", "an object") }
            includeUsage = try bool(options, "include_usage", in: "stream_options.") ?? false
        }
        return ClientRequest(
            received, json: json, model: name, stream: stream, includeUsage: includeUsage, needs: needs)
    }

    // MARK: - Messages

    private static func check(
        _ message: JSONValue, _ index: Int, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        guard message.kind == .object else { throw wrong("messages[\(index)]", "an object") }
        guard let role = message.present("role") else { throw missing("messages[\(index)].role") }
        guard role.kind == .string else { throw wrong("messages[\(index)].role", "a string") }
        if let content = message.present("content") {
            switch content.kind {
            case .string: textBytes += content.range.count - 2
            case .array: try checkParts(content, index, &needs, &textBytes)
            case .object, .number, .bool, .null:
                throw wrong("messages[\(index)].content", "a string or an array of parts")
            }
        } else if message["tool_calls"] == nil, role.isString("user") || role.isString("system") {
            throw missing("messages[\(index)].content")
        }
        if let id = message.present("tool_call_id"), id.kind != .string {
            throw wrong("messages[\(index)].tool_call_id", "a string")
        }
        if let calls = message.present("tool_calls") { try checkCalls(calls, index, &textBytes) }
        if let name = message.present("name"), name.kind != .string {
            throw wrong("messages[\(index)].name", "a string")
        }
    }

    private static func checkParts(
        _ parts: JSONValue, _ index: Int, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        var position = 0
        for part in parts.elements {
            func path(_ rest: String) -> String { "messages[\(index)].content[\(position)]\(rest)" }
            guard part.kind == .object else { throw wrong(path(""), "an object") }
            guard let type = part.present("type") else { throw missing(path(".type")) }
            guard type.kind == .string else { throw wrong(path(".type"), "a string") }
            if type.isString("text") {
                guard let text = part["text"], text.kind == .string else { throw wrong(path(".text"), "a string") }
                textBytes += text.range.count - 2
            } else if type.isString("image_url") {
                guard let image = part["image_url"], image.kind == .string || image["url"]?.kind == .string else {
                    throw wrong(path(".image_url.url"), "a string")
                }
                needs.vision = true
                needs.promptTokens += imageTokens
            } else if type.isString("input_audio") {
                guard let audio = part["input_audio"], audio.kind == .string || audio["data"]?.kind == .string else {
                    throw wrong(path(".input_audio.data"), "a string")
                }
                needs.audio = true
                needs.promptTokens += 100 + audio.range.count / 4_000
            } else {
                needs.promptTokens += imageTokens + part.range.count / 64
            }
            position += 1
        }
    }

    private static func checkCalls(_ calls: JSONValue, _ index: Int, _ textBytes: inout Int) throws(GatewayError) {
        guard calls.kind == .array else { throw wrong("messages[\(index)].tool_calls", "an array") }
        var position = 0
        for call in calls.elements {
            func path(_ rest: String) -> String { "messages[\(index)].tool_calls[\(position)]\(rest)" }
            guard call.kind == .object else { throw wrong(path(""), "an object") }
            if let id = call.present("id"), id.kind != .string { throw wrong(path(".id"), "a string") }
            if let function = call.present("function") {
                guard function["name"]?.kind == .string else { throw wrong(path(".function.name"), "a string") }
                if let arguments = function.present("arguments"), arguments.kind != .string {
                    throw wrong(path(".function.arguments"), "a string of JSON")
                }
            }
            textBytes += call.range.count
            position += 1
        }
    }

    // MARK: - Options

    private static func checkTools(
        _ json: JSONValue, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        if let tools = json.present("tools") {
            guard tools.kind == .array else { throw wrong("tools", "an array") }
            var position = 0
            for tool in tools.elements {
                try check(tool: tool, position)
                position += 1
            }
            needs.tools = tools.count > 0
            textBytes += tools.range.count
        }
        if let functions = json.present("functions") {
            guard functions.kind == .array else { throw wrong("functions", "an array") }
            needs.tools = needs.tools || functions.count > 0
            textBytes += functions.range.count
        }
        if let choice = json.present("tool_choice"), choice.kind != .string, choice.kind != .object {
            throw wrong("tool_choice", "a string or an object")
        }
        _ = try bool(json, "parallel_tool_calls")
    }

    private static func check(tool: JSONValue, _ position: Int) throws(GatewayError) {
        func path(_ rest: String) -> String { "tools[\(position)]\(rest)" }
        guard tool.kind == .object else { throw wrong(path(""), "an object") }
        if let type = tool.present("type"), type.kind != .string { throw wrong(path(".type"), "a string") }
        guard let function = tool["function"] else { return }
        guard function.kind == .object else { throw wrong(path(".function"), "an object") }
        guard function["name"]?.kind == .string else { throw wrong(path(".function.name"), "a string") }
        if let parameters = function.present("parameters"), parameters.kind != .object {
            throw wrong(path(".function.parameters"), "an object, a JSON Schema")
        }
    }

    private static func checkSampling(_ json: JSONValue, _ needs: inout RequestNeeds) throws(GatewayError) {
        try number(json, "temperature", 0...2)
        try number(json, "top_p", 0...1)
        try number(json, "frequency_penalty", -2...2)
        try number(json, "presence_penalty", -2...2)
        let limit = try int(json, "max_tokens", 1...Int.max)
        needs.maxTokens = try int(json, "max_completion_tokens", 1...Int.max) ?? limit
        needs.choiceCount = try int(json, "n", 1...128) ?? 1
        try int(json, "seed", Int.min...Int.max)
        try int(json, "top_logprobs", 0...20)
        _ = try bool(json, "logprobs")
        if let user = json.present("user"), user.kind != .string { throw wrong("user", "a string") }
        if let bias = json.present("logit_bias"), bias.kind != .object { throw wrong("logit_bias", "an object") }
        if let metadata = json.present("metadata"), metadata.kind != .object { throw wrong("metadata", "an object") }
        guard let stop = json.present("stop"), stop.kind != .string else { return }
        guard stop.kind == .array, stop.elements.allSatisfy({ $0.kind == .string }) else {
            throw wrong("stop", "a string or an array of strings")
        }
    }

    private static func checkFormat(
        _ json: JSONValue, _ needs: inout RequestNeeds, _ textBytes: inout Int
    ) throws(GatewayError) {
        if let modalities = json.present("modalities") {
            guard modalities.kind == .array else { throw wrong("modalities", "an array") }
            if modalities.elements.contains(where: { $0.isString("audio") }) { needs.audio = true }
        }
        guard let format = json.present("response_format") else { return }
        guard format.kind == .object else { throw wrong("response_format", "an object") }
        guard let type = format["type"], type.kind == .string else { throw wrong("response_format.type", "a string") }
        guard type.isString("json_schema") else { return }
        guard let schema = format["json_schema"], schema.kind == .object else {
            throw wrong("response_format.json_schema", "an object")
        }
        needs.jsonSchema = true
        textBytes += schema.range.count
    }

    // MARK: - Values

    static func bool(_ json: JSONValue, _ key: String, in place: String = "") throws(GatewayError) -> Bool? {
        guard let value = json.present(key) else { return nil }
        guard let bool = value.bool else { throw wrong(place + key, "a boolean") }
        return bool
    }

    @discardableResult
    static func int(_ json: JSONValue, _ key: String, _ range: ClosedRange<Int>) throws(GatewayError) -> Int? {
        guard let value = json.present(key) else { return nil }
        guard let int = value.int else { throw wrong(key, "an integer") }
        guard range.contains(int) else {
            throw outOfRange(
                key,
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            )
        }
        return int
    }

    static func number(_ json: JSONValue, _ key: String, _ range: ClosedRange<Double>) throws(GatewayError) {
        guard let value = json.present(key) else { return }
        guard let number = value.double else { throw wrong(key, "a number") }
        guard range.contains(number) else {
            throw outOfRange(key, "\(Int(range.lowerBound)) to \(Int(range.upperBound))")
        }
    }

    static func missing(_ path: String) -> GatewayError {
        .malformedRequest(
            message: "Missing required parameter: '\(path)'.", parameter: path, code: "missing_required_parameter")
    }

    static func wrong(_ path: String, _ expected: String) -> GatewayError {
        .malformedRequest(
            message: "Invalid value for '\(path)': it must be \(expected).", parameter: path, code: "invalid_type")
    }

    static func outOfRange(_ path: String, _ range: String) -> GatewayError {
        .malformedRequest(
            message: "Invalid value for '\(path)': it must be \(range).", parameter: path, code: "invalid_value")
    }
}
