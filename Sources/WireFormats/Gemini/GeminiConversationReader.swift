internal import GatewayTypes
internal import JSON

/// Reads a `generateContent` request, whose shape was checked, into the common form.
struct GeminiConversationReader {
    private var unknown = UnknownFields()

    mutating func read(_ json: JSONValue, stream: Bool) throws(GatewayError) -> Conversation {
        guard json.field("cachedContent") == nil else {
            throw .malformedRequest(
                message: "'cachedContent' is kept by the Gemini API and is unknown to this model's provider. "
                    + "Send the contents themselves, or ask a model of a Gemini provider.",
                parameter: "cachedContent", code: "unsupported_value")
        }
        var contents = GeminiContentReader()
        var conversation = Conversation(messages: contents.read(json))
        conversation.stream = stream
        readTools(json, into: &conversation)
        if let config = json.field("generationConfig") { readConfig(config, into: &conversation) }
        conversation.metadata = json.field("labels").flatMap { $0.kind == .object ? RawJSON($0.raw) : nil }
        for (name, value) in json.fields {
            switch name {
            case "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "labels", "model": continue
            case "serviceTier": conversation.serviceTier = Self.tier(value.string)
            case "store" where value.bool == false: continue
            default: if value.kind != .array || value.count > 0 { unknown.add(name) }
            }
        }
        conversation.unknownFields = contents.unknown.names + unknown.names
        return conversation
    }

    /// `STANDARD` is OpenAI's `default`.
    private static func tier(_ word: String?) -> String? {
        switch word?.lowercased() {
        case nil, "", "unspecified", "service_tier_unspecified": nil
        case "standard": "default"
        case .some(let word): word
        }
    }

    // MARK: - Tools

    private mutating func readTools(_ json: JSONValue, into conversation: inout Conversation) {
        for tool in json.list("tools") {
            for (name, _) in tool.fields where name != "functionDeclarations" {
                // A provider's own tool (search, code ...) is no function another could call.
                unknown.add("tools.\(name)")
            }
            for function in tool.list("functionDeclarations") { read(function, into: &conversation) }
        }
        guard let config = json.field("toolConfig") else { return }
        for (name, _) in config.fields where name != "functionCallingConfig" { unknown.add("toolConfig.\(name)") }
        if let calling = config.field("functionCallingConfig") { readCalling(calling, into: &conversation) }
    }

    private mutating func read(_ function: JSONValue, into conversation: inout Conversation) {
        var tool = Tool(name: function.field("name")?.string ?? "", description: function["description"]?.string)
        if let schema = function.field("parametersJsonSchema") {
            tool.parameters = RawJSON(schema.raw)
        } else if let schema = function.field("parameters") {
            tool.parameters = GeminiSchema.jsonSchema(schema)
        }
        conversation.tools.append(tool)
        for (name, _) in function.fields {
            switch name {
            case "name", "description", "parameters", "parametersJsonSchema": continue
            default: unknown.add("tools.functionDeclarations.\(name)")
            }
        }
    }

    private mutating func readCalling(_ calling: JSONValue, into conversation: inout Conversation) {
        let place = "toolConfig.functionCallingConfig"
        for (name, _) in calling.fields where name != "mode" && name != "allowedFunctionNames" {
            unknown.add("\(place).\(name)")
        }
        let allowed = Set(calling.list("allowedFunctionNames").compactMap(\.string))
        let mode = calling.field("mode")?.string?.uppercased()
        switch mode {
        case nil, "MODE_UNSPECIFIED": return
        case "AUTO": conversation.toolChoice = .auto
        case "NONE": conversation.toolChoice = ToolChoice.none
        case "ANY": conversation.toolChoice = .required
        case "VALIDATED":
            conversation.toolChoice = .auto
            unknown.add("\(place).mode")
        default: return unknown.add("\(place).mode")
        }
        guard !allowed.isEmpty, mode == "ANY" || mode == "VALIDATED" else { return }
        if mode == "ANY", allowed.count == 1, let name = allowed.first {
            conversation.toolChoice = .named(name)
        } else {
            // Other formats have no such list: what must not be called is not offered.
            conversation.tools.removeAll { !allowed.contains($0.name) }
        }
    }

    // MARK: - Options

    private mutating func readConfig(_ config: JSONValue, into conversation: inout Conversation) {
        var sampling = Sampling()
        var type: String?
        var schema: RawJSON?
        for (name, value) in config.fields {
            switch name {
            case "maxOutputTokens": sampling.maxTokens = value.wholeNumber
            case "temperature": sampling.temperature = value.anyNumber
            case "topP": sampling.topP = value.anyNumber
            case "topK": sampling.topK = value.anyNumber.flatMap { Int(exactly: $0.rounded()) }
            case "presencePenalty": sampling.presencePenalty = value.anyNumber
            case "frequencyPenalty": sampling.frequencyPenalty = value.anyNumber
            case "seed": sampling.seed = value.wholeNumber
            case "stopSequences": sampling.stop = config.list(name).compactMap(\.string)
            case "candidateCount": conversation.choiceCount = value.wholeNumber
            case "responseLogprobs": conversation.logprobs = value.bool
            case "logprobs": conversation.topLogprobs = value.wholeNumber
            case "responseMimeType": type = value.string
            case "responseSchema": schema = schema ?? GeminiSchema.jsonSchema(value)
            case "responseJsonSchema", "_responseJsonSchema": schema = RawJSON(value.raw)
            case "thinkingConfig": conversation.reasoning = readThinking(value)
            case "responseModalities":
                for modality in config.list(name) where modality.string?.uppercased() != "TEXT" {
                    unknown.add("generationConfig.responseModalities")
                }
            default: unknown.add("generationConfig.\(name)")
            }
        }
        conversation.sampling = sampling
        conversation.responseFormat = format(type, schema)
    }

    private mutating func format(_ type: String?, _ schema: RawJSON?) -> ResponseFormat? {
        switch type {
        case nil, "text/plain":
            return schema.map { .jsonSchema(name: "response", schema: $0, strict: nil, description: nil) }
        case "application/json":
            guard let schema else { return .jsonObject }
            return .jsonSchema(name: "response", schema: schema, strict: nil, description: nil)
        default:
            // `text/x.enum`: one bare word, which no other format can be made to give.
            unknown.add("generationConfig.responseMimeType")
            if schema != nil { unknown.add("generationConfig.responseSchema") }
            return nil
        }
    }

    private mutating func readThinking(_ config: JSONValue) -> ReasoningOptions? {
        var options = ReasoningOptions()
        for (name, value) in config.fields {
            switch name {
            case "includeThoughts": continue  // is about the answer, and below
            case "thinkingBudget":
                guard let budget = value.wholeNumber else { continue }
                // -1 leaves it to the model.
                if budget < 0 { options.effort = options.effort ?? "medium" } else { options.budgetTokens = budget }
            case "thinkingLevel":
                if let level = value.string?.lowercased(), level != "thinking_level_unspecified" {
                    options.effort = level
                }
            default: unknown.add("generationConfig.thinkingConfig.\(name)")
            }
        }
        guard options != ReasoningOptions() else { return nil }
        let isThinking = options.effort != "none" && options.budgetTokens != 0
        if isThinking, config.field("includeThoughts")?.bool == true { options.summary = "auto" }
        return options
    }
}
