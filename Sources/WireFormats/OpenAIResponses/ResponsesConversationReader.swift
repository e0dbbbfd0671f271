internal import GatewayTypes
internal import JSON

/// Reads a Responses request, whose shape was checked, into the common form.
struct ResponsesConversationReader {
    /// Everything that is read below; whatever else a request has is reported as unknown.
    private static let known: Set<String> = [
        "model", "input", "instructions", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls",
        "max_output_tokens", "temperature", "top_p", "text", "reasoning", "include", "top_logprobs", "user",
        "safety_identifier", "metadata", "service_tier", "prompt_cache_key",
        // What compatible services and clients say besides.
        "top_k", "frequency_penalty", "presence_penalty", "seed", "stop",
    ]

    private var unknown = UnknownFields()

    mutating func read(_ json: JSONValue) throws(GatewayError) -> Conversation {
        try Self.refuseOwnWire(json)
        var input = ResponsesInputReader(customTools: ResponsesCustomTools(json))
        try input.read(json)
        var conversation = Conversation(messages: input.messages)
        for (key, value) in json.members where !value.isNull && !Self.known.contains(key) {
            if !Self.isDefault(key, value) { unknown.add(key) }
        }
        var tools = ResponsesToolReader()
        try tools.read(json, into: &conversation)
        readSampling(json, into: &conversation.sampling)
        try readText(json.present("text"), into: &conversation)
        readReasoning(json.present("reasoning"), into: &conversation)
        readInclude(json, into: &conversation)
        conversation.user = json["user"]?.string ?? json["safety_identifier"]?.string
        if json.present("user") != nil, json.present("safety_identifier") != nil { unknown.add("safety_identifier") }
        conversation.metadata = json.present("metadata").flatMap { $0.count > 0 ? RawJSON($0.raw) : nil }
        conversation.serviceTier = json["service_tier"]?.string
        conversation.promptCacheKey = json["prompt_cache_key"]?.string
        conversation.stream = json["stream"]?.bool ?? false
        if json.present("stream_options")?["include_obfuscation"]?.bool == true {
            unknown.add("stream_options.include_obfuscation")
        }
        conversation.unknownFields = unknown.names + input.unknown.names + tools.unknown.names
        return conversation
    }

    /// Routing leaves such requests to providers of this API, so this is asked only of one that turned out to be none.
    private static func refuseOwnWire(_ json: JSONValue) throws(GatewayError) {
        let kept = ResponsesRequestCheck.keptElsewhere.first { json.present($0) != nil }
        guard let field = kept ?? (json["background"]?.bool == true ? "background" : nil) else { return }
        throw .malformedRequest(
            message:
                "Unsupported parameter: '\(field)' refers to what is kept by a provider, and this model's provider "
                + "keeps nothing. Send everything the model needs in 'input'.",
            parameter: field, code: "unsupported_parameter")
    }

    /// Values that ask for nothing, so nothing is lost with them.
    private static func isDefault(_ key: String, _ value: JSONValue) -> Bool {
        switch key {
        case "store", "background": value.bool == false
        case "truncation": value.isString("disabled")
        default: false
        }
    }

    private func readSampling(_ json: JSONValue, into sampling: inout Sampling) {
        sampling.maxTokens = json["max_output_tokens"]?.int
        sampling.temperature = json["temperature"]?.double
        sampling.topP = json["top_p"]?.double
        sampling.topK = json["top_k"]?.int
        sampling.frequencyPenalty = json["frequency_penalty"]?.double
        sampling.presencePenalty = json["presence_penalty"]?.double
        sampling.seed = json["seed"]?.int
        if let stop = json.present("stop") {
            sampling.stop = stop.string.map { [$0] } ?? stop.elements.compactMap(\.string)
        }
    }

    private mutating func readText(_ text: JSONValue?, into conversation: inout Conversation) throws(GatewayError) {
        guard let text else { return }
        conversation.verbosity = text["verbosity"]?.string
        unknown.add(text, besides: ["format", "verbosity"], under: "text")
        guard let format = text.present("format") else { return }
        switch format["type"]?.string {
        case "text": conversation.responseFormat = .text
        case "json_object": conversation.responseFormat = .jsonObject
        case "json_schema":
            unknown.add(format, besides: ["type", "name", "schema", "strict", "description"], under: "text.format")
            conversation.responseFormat = .jsonSchema(
                name: format["name"]?.string ?? "response",
                schema: RawJSON(format.present("schema")?.raw ?? Array("{}".utf8)),
                strict: format["strict"]?.bool, description: format["description"]?.string)
        default:
            throw ChatRequestCheck.wrong("text.format.type", "'text', 'json_object' or 'json_schema'")
        }
    }

    private mutating func readReasoning(_ reasoning: JSONValue?, into conversation: inout Conversation) {
        guard let reasoning else { return }
        let summary = reasoning["summary"]?.string ?? reasoning["generate_summary"]?.string
        let options = ReasoningOptions(effort: reasoning["effort"]?.string, summary: summary)
        unknown.add(reasoning, besides: ["effort", "summary", "generate_summary"], under: "reasoning")
        if options != ReasoningOptions() { conversation.reasoning = options }
    }

    private mutating func readInclude(_ json: JSONValue, into conversation: inout Conversation) {
        conversation.topLogprobs = json["top_logprobs"]?.int.flatMap { $0 > 0 ? $0 : nil }
        for word in json.present("include")?.elements.map(\.self) ?? [] {
            switch word.string {
            case "message.output_text.logprobs": conversation.logprobs = true
            case "reasoning.encrypted_content": break  // told always
            default: unknown.add("include")
            }
        }
    }
}
