internal import GatewayTypes
internal import JSON

/// Reads a chat request, whose shape was checked, into the common form.
struct ChatConversationReader {
    /// Everything that is read below; whatever else a request has is reported as unknown.
    private static let known: Set<String> = [
        "model", "messages", "stream", "stream_options", "tools", "functions", "tool_choice", "function_call",
        "parallel_tool_calls", "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k",
        "frequency_penalty", "presence_penalty", "seed", "random_seed", "stop", "logit_bias", "response_format",
        "reasoning_effort", "reasoning", "thinking", "n", "logprobs", "top_logprobs", "user", "metadata",
        "service_tier", "cache_control", "verbosity", "prompt_cache_key",
    ]

    private var unknown = UnknownFields()

    mutating func read(_ json: JSONValue) throws(GatewayError) -> Conversation {
        var messages = ChatMessageReader()
        var conversation = Conversation(messages: try messages.read(json["messages"]))
        for (key, value) in json.members where !value.isNull && !Self.known.contains(key) {
            if !Self.isDefault(key, value) { unknown.add(key) }
        }
        try readTools(json, into: &conversation)
        readSampling(json, into: &conversation.sampling)
        conversation.responseFormat = try readFormat(json)
        conversation.reasoning = readReasoning(json)
        conversation.choiceCount = json["n"]?.int
        conversation.logprobs = json["logprobs"]?.bool
        conversation.topLogprobs = json["top_logprobs"]?.int
        conversation.user = json["user"]?.string
        conversation.metadata = json.present("metadata").map { RawJSON($0.raw) }
        conversation.serviceTier = json["service_tier"]?.string
        conversation.verbosity = json["verbosity"]?.string
        conversation.promptCacheKey = json["prompt_cache_key"]?.string
        conversation.cacheMark = CacheMark(json["cache_control"])
        conversation.stream = json["stream"]?.bool ?? false
        if let options = json.present("stream_options") {
            unknown.add(options, besides: ["include_usage"], under: "stream_options")
        }
        conversation.unknownFields = unknown.names + messages.unknown.names
        return conversation
    }

    /// Values that ask for nothing, so nothing is lost with them.
    private static func isDefault(_ key: String, _ value: JSONValue) -> Bool {
        switch key {
        case "store": value.bool == false
        case "modalities": value.elements.allSatisfy { $0.isString("text") }
        default: false
        }
    }

    // MARK: - Tools

    private mutating func readTools(_ json: JSONValue, into conversation: inout Conversation) throws(GatewayError) {
        var position = 0
        for tool in (json.present("tools") ?? json.present("functions"))?.elements.map(\.self) ?? [] {
            try readTool(tool, position, into: &conversation)
            position += 1
        }
        conversation.parallelToolCalls = json["parallel_tool_calls"]?.bool
        // A caller from the time before tools can be told of one call a turn.
        if OpenAIChat.isLegacy(json), !conversation.tools.isEmpty { conversation.parallelToolCalls = false }
        if let choice = json.present("tool_choice") ?? json.present("function_call") {
            let key = json.present("tool_choice") == nil ? "function_call" : "tool_choice"
            conversation.toolChoice = try readChoice(choice, key)
        }
    }

    private mutating func readTool(
        _ tool: JSONValue, _ position: Int, into conversation: inout Conversation
    ) throws(GatewayError) {
        let function = tool.present("function") ?? tool
        guard tool["type"] == nil || tool["type"]?.isString("function") == true else {
            // A provider's own tool (web search ...) is no function another could call.
            unknown.add("tools.\(tool["type"]?.string ?? "")")
            return
        }
        guard let name = function["name"]?.string else {
            throw ChatRequestCheck.wrong("tools[\(position)].function.name", "a string")
        }
        var read = Tool(
            name: name, description: function["description"]?.string,
            parameters: function.present("parameters").map { RawJSON($0.raw) }, strict: function["strict"]?.bool)
        read.cacheMark = CacheMark(tool["cache_control"]) ?? CacheMark(function["cache_control"])
        conversation.tools.append(read)
        unknown.add(
            function, besides: ["name", "description", "parameters", "strict", "type", "cache_control"],
            under: "tools.function")
        if tool["function"] != nil {
            unknown.add(tool, besides: ["type", "function", "cache_control"], under: "tools")
        }
    }

    private mutating func readChoice(_ choice: JSONValue, _ key: String) throws(GatewayError) -> ToolChoice? {
        if let word = choice.string {
            switch word {
            case "auto": return .auto
            case "none": return ToolChoice.none
            case "required", "any": return .required
            default: throw ChatRequestCheck.wrong(key, "'none', 'auto', 'required' or an object that names a function")
            }
        }
        if let name = choice["function"]?["name"]?.string ?? choice["name"]?.string { return .named(name) }
        guard choice["type"]?.isString("allowed_tools") == true, let allowed = choice["allowed_tools"] else {
            throw ChatRequestCheck.wrong("\(key).function.name", "a string")
        }
        unknown.add("\(key).allowed_tools.tools")
        return allowed["mode"]?.isString("required") == true ? .required : .auto
    }

    // MARK: - Options

    private func readSampling(_ json: JSONValue, into sampling: inout Sampling) {
        sampling.maxTokens = json["max_completion_tokens"]?.int ?? json["max_tokens"]?.int
        sampling.temperature = json["temperature"]?.double
        sampling.topP = json["top_p"]?.double
        sampling.topK = json["top_k"]?.int
        sampling.frequencyPenalty = json["frequency_penalty"]?.double
        sampling.presencePenalty = json["presence_penalty"]?.double
        sampling.seed = json["seed"]?.int ?? json["random_seed"]?.int
        sampling.logitBias = json.present("logit_bias").map { RawJSON($0.raw) }
        if let stop = json.present("stop") {
            sampling.stop = stop.string.map { [$0] } ?? stop.elements.compactMap(\.string)
        }
    }

    private mutating func readFormat(_ json: JSONValue) throws(GatewayError) -> ResponseFormat? {
        guard let format = json.present("response_format") else { return nil }
        switch format["type"]?.string {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            let named = format["json_schema"]
            unknown.add(
                named, besides: ["name", "schema", "strict", "description"], under: "response_format.json_schema")
            return .jsonSchema(
                name: named?["name"]?.string ?? "response",
                schema: RawJSON(named?.present("schema")?.raw ?? Array("{}".utf8)),
                strict: named?["strict"]?.bool, description: named?["description"]?.string)
        default:
            throw ChatRequestCheck.wrong("response_format.type", "'text', 'json_object' or 'json_schema'")
        }
    }

    /// OpenAI's `reasoning_effort`, OpenRouter's `reasoning`, and `thinking` as Anthropic and its imitators say it.
    private mutating func readReasoning(_ json: JSONValue) -> ReasoningOptions? {
        var options = ReasoningOptions(effort: json["reasoning_effort"]?.string)
        if let reasoning = json.present("reasoning") {
            options.effort = options.effort ?? reasoning["effort"]?.string
            options.budgetTokens = reasoning["max_tokens"]?.int
            if reasoning["enabled"]?.bool == false { options.effort = "none" }
            if reasoning["enabled"]?.bool == true, options == ReasoningOptions() { options.effort = "medium" }
            unknown.add(reasoning, besides: ["effort", "max_tokens", "enabled"], under: "reasoning")
        }
        if let thinking = json.present("thinking") {
            switch thinking["type"]?.string {
            case "disabled": options.effort = options.effort ?? "none"
            case "enabled":
                options.budgetTokens = options.budgetTokens ?? thinking["budget_tokens"]?.int
                if options == ReasoningOptions() { options.effort = "medium" }
            default: unknown.add("thinking")
            }
            unknown.add(thinking, besides: ["type", "budget_tokens"], under: "thinking")
        }
        return options == ReasoningOptions() ? nil : options
    }
}
