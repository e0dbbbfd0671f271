internal import GatewayTypes
internal import JSON

/// Checks the shape of everything in a request of Ollama's clients that the gateway acts on, and reads what routing and
/// admission need.
struct OllamaRequestCheck {
    private let json: JSONValue
    private let model: String
    private var needs = RequestNeeds()
    private var textBytes = 0

    init(_ json: JSONValue) throws(GatewayError) {
        self.json = json
        guard let model = json.present("model") else { throw ChatRequestCheck.missing("model") }
        guard let name = model.string, !name.isEmpty else {
            throw ChatRequestCheck.wrong("model", "a non-empty string")
        }
        self.model = name
    }

    /// The checked request; streamed unless it says otherwise.
    mutating func request(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        try checkTools()
        try checkFormat()
        if let think = json.present("think"), think.bool == nil, think.kind != .string {
            throw ChatRequestCheck.wrong("think", "a boolean or a level such as 'high'")
        }
        _ = try ChatRequestCheck.bool(json, "logprobs")
        try ChatRequestCheck.int(json, "top_logprobs", 0...20)
        if let options = json.present("options") { try checkOptions(options) }
        let stream = try ChatRequestCheck.bool(json, "stream") ?? true
        needs.promptTokens += (textBytes + 3) / 4
        return ClientRequest(received, json: json, model: model, stream: stream, needs: needs)
    }

    // MARK: - Words

    mutating func checkMessages() throws(GatewayError) {
        guard let messages = json.present("messages") else { throw ChatRequestCheck.missing("messages") }
        guard messages.kind == .array, messages.count > 0 else {
            throw ChatRequestCheck.wrong("messages", "a non-empty array")
        }
        for (index, message) in messages.elements.enumerated() { try check(message, "messages[\(index)]") }
        needs.promptTokens += messages.count * ChatRequestCheck.tokensPerMessage
    }

    private mutating func check(_ message: JSONValue, _ place: String) throws(GatewayError) {
        guard message.kind == .object else { throw ChatRequestCheck.wrong(place, "an object") }
        guard let role = message.present("role") else { throw ChatRequestCheck.missing("\(place).role") }
        guard ["system", "user", "assistant", "tool", "developer"].contains(where: role.isString) else {
            throw ChatRequestCheck.wrong("\(place).role", "'system', 'user', 'assistant' or 'tool'")
        }
        for key in ["content", "thinking", "tool_name", "name", "tool_call_id"] {
            guard let value = message.present(key) else { continue }
            guard value.kind == .string else { throw ChatRequestCheck.wrong("\(place).\(key)", "a string") }
            textBytes += value.range.count - 2
        }
        try checkImages(message, "\(place).images")
        guard let calls = message.present("tool_calls") else { return }
        guard calls.kind == .array else { throw ChatRequestCheck.wrong("\(place).tool_calls", "an array") }
        for (index, call) in calls.elements.enumerated() {
            guard call["function"]?["name"]?.kind == .string else {
                throw ChatRequestCheck.wrong("\(place).tool_calls[\(index)].function.name", "a string")
            }
        }
        textBytes += calls.range.count
    }

    mutating func checkPrompt() throws(GatewayError) {
        for key in ["prompt", "system", "suffix", "template"] {
            guard let value = json.present(key) else { continue }
            guard value.kind == .string else { throw ChatRequestCheck.wrong(key, "a string") }
            textBytes += value.range.count - 2
        }
        try checkImages(json, "images")
        let isEmpty = json.present("prompt").map { $0.isString("") } ?? true
        guard !isEmpty || needs.vision else { throw ChatRequestCheck.missing("prompt") }
    }

    private mutating func checkImages(_ value: JSONValue, _ place: String) throws(GatewayError) {
        guard let images = value.present("images") else { return }
        guard images.kind == .array, images.elements.allSatisfy({ $0.kind == .string }) else {
            throw ChatRequestCheck.wrong(place, "an array of images in base64")
        }
        if images.count > 0 { needs.vision = true }
        needs.promptTokens += images.count * ChatRequestCheck.imageTokens
    }

    // MARK: - Options

    private mutating func checkTools() throws(GatewayError) {
        guard let tools = json.present("tools") else { return }
        guard tools.kind == .array else { throw ChatRequestCheck.wrong("tools", "an array") }
        for (index, tool) in tools.elements.enumerated() {
            guard tool["function"]?["name"]?.kind == .string else {
                throw ChatRequestCheck.wrong("tools[\(index)].function.name", "a string")
            }
        }
        needs.tools = tools.count > 0
        textBytes += tools.range.count
    }

    private mutating func checkFormat() throws(GatewayError) {
        guard let format = json.present("format") else { return }
        guard format.kind == .object || format.isString("json") || format.isString("") else {
            throw ChatRequestCheck.wrong("format", "'json' or a JSON Schema")
        }
        guard format.kind == .object else { return }
        needs.jsonSchema = true
        textBytes += format.range.count
    }

    private mutating func checkOptions(_ options: JSONValue) throws(GatewayError) {
        guard options.kind == .object else { throw ChatRequestCheck.wrong("options", "an object") }
        for key in ["temperature", "top_p", "frequency_penalty", "presence_penalty", "top_k", "seed", "num_predict"] {
            if let value = options.present(key), value.double == nil {
                throw ChatRequestCheck.wrong("options.\(key)", "a number")
            }
        }
        // -1 is no end, -2 the rest of the context.
        if let most = options["num_predict"]?.int, most > 0 { needs.maxTokens = most }
        guard let stop = options.present("stop"), stop.kind != .string else { return }
        guard stop.kind == .array, stop.elements.allSatisfy({ $0.kind == .string }) else {
            throw ChatRequestCheck.wrong("options.stop", "a string or an array of strings")
        }
    }
}
