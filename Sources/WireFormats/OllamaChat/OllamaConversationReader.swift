internal import GatewayTypes
internal import JSON

/// Reads a request of Ollama's clients, whose shape was checked, into the common form.
struct OllamaConversationReader {
    /// What both operations have and is read below.
    private static let known: Set<String> = [
        "model", "stream", "format", "options", "think", "logprobs", "top_logprobs", "tools",
    ]

    private var unknown = UnknownFields()

    mutating func readChat(_ json: JSONValue, stream: Bool) -> Conversation {
        var messages = OllamaMessageReader()
        var conversation = Conversation(messages: messages.read(json["messages"]))
        conversation.stream = stream
        readOptions(json, besides: ["messages"], into: &conversation)
        conversation.unknownFields = messages.unknown.names + unknown.names
        return conversation
    }

    mutating func readPrompt(_ json: JSONValue, stream: Bool) -> Conversation {
        var messages: [Message] = []
        if let system = json["system"]?.string, !system.isEmpty { messages.append(Message(.system, [.text(system)])) }
        let prompt = json["prompt"]?.string ?? ""
        let images = OllamaMessageReader.images(of: json)
        messages.append(Message(.user, (prompt.isEmpty ? [] : [.text(prompt)]) + images))
        var conversation = Conversation(messages: messages)
        conversation.stream = stream
        readOptions(json, besides: ["prompt", "system", "images", "suffix"], into: &conversation)
        conversation.unknownFields = unknown.names
        return conversation
    }

    private mutating func readOptions(
        _ json: JSONValue, besides read: Set<String>, into conversation: inout Conversation
    ) {
        for (key, value) in json.members where !value.isNull && !Self.known.contains(key) && !read.contains(key) {
            if !Self.isDefault(value) { unknown.add(key) }
        }
        if let options = json.present("options") { readSampling(options, into: &conversation.sampling) }
        for tool in json["tools"]?.elements.map(\.self) ?? [] { readTool(tool, into: &conversation) }
        if let format = json.present("format") {
            if format.kind == .object {
                conversation.responseFormat = .jsonSchema(
                    name: "response", schema: RawJSON(format.raw), strict: nil, description: nil)
            } else if format.isString("json") {
                conversation.responseFormat = .jsonObject
            }
        }
        conversation.logprobs = json["logprobs"]?.bool
        conversation.topLogprobs = json["top_logprobs"]?.int
        if let think = json.present("think") {
            let level = think.string ?? (think.bool == true ? "medium" : "none")
            // Who asks for thinking here is shown it.
            conversation.reasoning = ReasoningOptions(effort: level, summary: level == "none" ? nil : "auto")
        }
    }

    /// Values that ask for nothing, so nothing is lost with them.
    private static func isDefault(_ value: JSONValue) -> Bool {
        value.bool == false || value.isString("") || (value.kind == .array && value.count == 0)
    }

    private mutating func readSampling(_ options: JSONValue, into sampling: inout Sampling) {
        for (key, value) in options.members where !value.isNull {
            switch key {
            case "num_predict": sampling.maxTokens = value.int.flatMap { $0 > 0 ? $0 : nil }
            case "temperature": sampling.temperature = value.double
            case "top_p": sampling.topP = value.double
            case "top_k": sampling.topK = value.int
            case "seed": sampling.seed = value.int
            case "frequency_penalty": sampling.frequencyPenalty = value.double
            case "presence_penalty": sampling.presencePenalty = value.double
            case "stop": sampling.stop = value.string.map { [$0] } ?? value.elements.compactMap(\.string)
            default: unknown.add("options.\(key)")
            }
        }
    }

    private mutating func readTool(_ tool: JSONValue, into conversation: inout Conversation) {
        guard let function = tool["function"], let name = function["name"]?.string else { return }
        conversation.tools.append(
            Tool(
                name: name, description: function["description"]?.string,
                parameters: function.present("parameters").map { RawJSON($0.raw) }))
        unknown.add(function, besides: ["name", "description", "parameters"], under: "tools.function")
        unknown.add(tool, besides: ["type", "function"], under: "tools")
    }
}
