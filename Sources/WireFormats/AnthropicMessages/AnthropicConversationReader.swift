internal import GatewayTypes
internal import JSON

/// Reads a messages request, whose shape was checked, into the common form.
struct AnthropicConversationReader {
    /// Everything that is read below; whatever else a request has is reported as unknown.
    private static let known: Set<String> = [
        "model", "messages", "max_tokens", "system", "stream", "tools", "tool_choice", "temperature", "top_p", "top_k",
        "stop_sequences", "metadata", "thinking", "output_config", "output_format", "service_tier", "cache_control",
    ]

    private var unknown = UnknownFields()

    mutating func read(_ json: JSONValue) throws(GatewayError) -> Conversation {
        guard json.present("thread") == nil else {
            throw .malformedRequest(
                message: "Unsupported parameter: 'thread' names what only Anthropic keeps, which this model does not.",
                parameter: "thread", code: "unsupported_parameter")
        }
        var messages = AnthropicMessageReader()
        var conversation = Conversation(messages: try messages.system(json.present("system")))
        conversation.messages += try messages.read(json["messages"])
        for (key, value) in json.members where !value.isNull && !Self.known.contains(key) {
            if value.kind == .array && value.count == 0 { continue }
            unknown.add(key)
        }
        readTools(json, into: &conversation)
        readToolChoice(json, into: &conversation)
        readSampling(json, into: &conversation.sampling)
        readOutput(json, into: &conversation)
        readReasoning(json, into: &conversation)
        conversation.user = json["metadata"]?["user_id"]?.string
        unknown.add(json.present("metadata"), besides: ["user_id"], under: "metadata")
        switch json["service_tier"]?.string {
        case "standard_only": conversation.serviceTier = "default"
        case let tier: conversation.serviceTier = tier
        }
        conversation.cacheMark = CacheMark(json["cache_control"])
        unknown.addMark(json.present("cache_control"), under: "cache_control")
        conversation.stream = json["stream"]?.bool ?? false
        conversation.unknownFields = unknown.names + messages.unknown.names
        return conversation
    }

    private mutating func readTools(_ json: JSONValue, into conversation: inout Conversation) {
        guard let tools = json.present("tools") else { return }
        for tool in tools.elements {
            guard tool.isCustomTool, let name = tool["name"]?.string else {
                // A tool of the provider's own is no function that another could call.
                unknown.add("tools.\(tool["type"]?.string ?? "")")
                continue
            }
            var read = Tool(
                name: name, description: tool["description"]?.string,
                parameters: tool.present("input_schema").map { RawJSON($0.raw) }, strict: tool["strict"]?.bool)
            read.cacheMark = CacheMark(tool["cache_control"])
            unknown.addMark(tool.present("cache_control"), under: "tools.cache_control")
            conversation.tools.append(read)
            unknown.add(
                tool, besides: ["type", "name", "description", "input_schema", "strict", "cache_control"],
                under: "tools")
        }
    }

    private mutating func readToolChoice(_ json: JSONValue, into conversation: inout Conversation) {
        guard let choice = json.present("tool_choice") else { return }
        switch choice["type"]?.string {
        case "auto": conversation.toolChoice = .auto
        case "any": conversation.toolChoice = .required
        case "none": conversation.toolChoice = ToolChoice.none
        case "tool": conversation.toolChoice = choice["name"]?.string.map { .named($0) }
        default: unknown.add("tool_choice.type")
        }
        if choice["disable_parallel_tool_use"]?.bool == true { conversation.parallelToolCalls = false }
        unknown.add(choice, besides: ["type", "name", "disable_parallel_tool_use"], under: "tool_choice")
    }

    private func readSampling(_ json: JSONValue, into sampling: inout Sampling) {
        sampling.maxTokens = json["max_tokens"]?.int
        sampling.temperature = json["temperature"]?.double
        sampling.topP = json["top_p"]?.double
        sampling.topK = json["top_k"]?.int
        if let stops = json.present("stop_sequences") { sampling.stop = stops.elements.compactMap(\.string) }
    }

    private mutating func readOutput(_ json: JSONValue, into conversation: inout Conversation) {
        let options = json.present("output_config")
        unknown.add(options, besides: ["format", "effort", "task_budget"], under: "output_config")
        if options?.present("task_budget") != nil { unknown.add("output_config.task_budget") }
        let format = options?.present("format") ?? json.present("output_format")
        guard let format, let schema = format["schema"] else { return }
        unknown.add(format, besides: ["type", "schema"], under: "output_config.format")
        conversation.responseFormat = .jsonSchema(
            name: "response", schema: RawJSON(schema.raw), strict: StrictSchema.isOne(schema) ? true : nil,
            description: nil)
    }

    /// A budget, or an effort where the model is to find its own measure. Effort alone asks for no thinking here, but where
    /// thinking is all that effort can change, it is what comes nearest.
    private mutating func readReasoning(_ json: JSONValue, into conversation: inout Conversation) {
        let effort = json["output_config"]?["effort"]?.string
        var options = ReasoningOptions(effort: effort)
        let thinking = json.present("thinking")
        switch thinking?["type"]?.string {
        case nil: break
        case "disabled": options = ReasoningOptions(effort: "none")
        case "enabled": options.budgetTokens = thinking?["budget_tokens"]?.int
        case "adaptive": options.effort = effort ?? "high"
        default:
            options.effort = effort ?? "medium"
            unknown.add("thinking.type")
        }
        unknown.add(thinking, besides: ["type", "budget_tokens", "display"], under: "thinking")
        let isHidden = thinking?["display"]?.isString("omitted") == true
        if isHidden { unknown.add("thinking.display") }
        if thinking != nil, !isHidden, options.effort != "none" { options.summary = "auto" }
        if options != ReasoningOptions() { conversation.reasoning = options }
    }
}
