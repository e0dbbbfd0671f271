internal import GatewayTypes
internal import JSON

/// Writes a conversation as the body of `POST /v2/chat`.
struct CohereRequest {
    private let conversation: Conversation
    private let model: String
    private var dropped: Set<ConversationField> = []

    init(_ conversation: Conversation, model: String) throws(GatewayError) {
        self.conversation = conversation
        self.model = model
        noteWhatIsUnsayable()
    }

    private mutating func noteWhatIsUnsayable() {
        if conversation.parallelToolCalls == false, !conversation.tools.isEmpty { dropped.insert(.parallelToolCalls) }
        if case .jsonSchema(_, _, _, _?) = conversation.responseFormat { dropped.insert(.schemaDescription) }
        if conversation.hasCacheMarks { dropped.insert(.cacheControl) }
        if conversation.sampling.logitBias != nil { dropped.insert(.logitBias) }
        if conversation.choiceCount ?? 1 != 1 { dropped.insert(.choiceCount) }
        if conversation.topLogprobs ?? 0 != 0 { dropped.insert(.topLogprobs) }
        if conversation.user != nil { dropped.insert(.user) }
        if conversation.verbosity != nil { dropped.insert(.verbosity) }
        if conversation.promptCacheKey != nil { dropped.insert(.promptCacheKey) }
        if conversation.metadata != nil { dropped.insert(.metadata) }
        if let tier = conversation.serviceTier, tier != "auto" { dropped.insert(.serviceTier) }
    }

    func encoded() throws(GatewayError) -> EncodedRequest {
        var dropped = dropped
        var messages = CohereMessageWriter()
        var writer = JSONWriter(for: conversation)
        writer.beginObject()
        writer.member("model", model)
        writer.key("messages")
        writer.beginArray()
        messages.write(conversation.messages, to: &writer)
        writer.endArray()
        guard !messages.isEmpty else {
            throw .malformedRequest(
                message: "'messages' holds nothing that this model can be sent.", parameter: "messages")
        }
        dropped.formUnion(messages.dropped)
        writeTools(to: &writer, dropped: &dropped)
        writeSampling(to: &writer, dropped: &dropped)
        writeForm(to: &writer, dropped: &dropped)
        writeThinking(to: &writer)
        if conversation.logprobs == true { writer.member("logprobs", true) }
        writer.member("stream", conversation.stream)
        writer.endObject()
        return EncodedRequest(body: writer.bytes, dropped: dropped)
    }

    /// A tool that must be called can only be named by leaving the others out.
    private func writeTools(to writer: inout JSONWriter, dropped: inout Set<ConversationField>) {
        var tools = conversation.tools
        guard !tools.isEmpty else { return }
        if case .named(let name)? = conversation.toolChoice {
            tools = tools.filter { $0.name == name }
            if tools.isEmpty {
                tools = conversation.tools
                dropped.insert(.toolChoice)
            }
        }
        writer.key("tools")
        writer.array {
            for tool in tools {
                $0.object {
                    $0.member("type", "function")
                    $0.key("function")
                    $0.object {
                        $0.member("name", tool.name)
                        if let description = tool.description { $0.member("description", description) }
                        $0.member("parameters", raw: (tool.parameters ?? .emptyObjectSchema).objectSchema)
                    }
                }
            }
        }
        switch conversation.toolChoice {
        case .required, .named: writer.member("tool_choice", "REQUIRED")
        case ToolChoice.none?: writer.member("tool_choice", "NONE")
        case .auto, nil: break
        }
        // Strictness is for all tools or none.
        if tools.allSatisfy({ $0.strict == true }) {
            writer.member("strict_tools", true)
        } else if tools.contains(where: { $0.strict == true }) {
            dropped.insert(.toolStrict)
        }
    }

    /// Penalties are 0 to 1 here and temperatures end at 1: what lies beyond is brought to the edge and reported.
    private func writeSampling(to writer: inout JSONWriter, dropped: inout Set<ConversationField>) {
        let sampling = conversation.sampling
        func bounded(_ name: String, _ value: Double?, _ range: ClosedRange<Double>, _ field: ConversationField) {
            guard let value else { return }
            let allowed = min(max(value, range.lowerBound), range.upperBound)
            if allowed != value { dropped.insert(field) }
            writer.member(name, allowed)
        }
        if let limit = sampling.maxTokens { writer.member("max_tokens", limit) }
        bounded("temperature", sampling.temperature, 0...1, .temperature)
        bounded("p", sampling.topP, 0.01...0.99, .topP)
        if let count = sampling.topK {
            if !(0...500).contains(count) { dropped.insert(.topK) }
            writer.member("k", min(max(count, 0), 500))
        }
        bounded("frequency_penalty", sampling.frequencyPenalty, 0...1, .frequencyPenalty)
        bounded("presence_penalty", sampling.presencePenalty, 0...1, .presencePenalty)
        if let seed = sampling.seed { writer.member("seed", seed) }
        guard !sampling.stop.isEmpty else { return }
        if sampling.stop.count > 5 { dropped.insert(.stop) }
        writer.key("stop_sequences")
        writer.array { for stop in sampling.stop.prefix(5) { $0.string(stop) } }
    }

    /// The API refuses a form of answer beside tools.
    private func writeForm(to writer: inout JSONWriter, dropped: inout Set<ConversationField>) {
        switch conversation.responseFormat {
        case nil, .text: return
        case .jsonObject, .jsonSchema:
            guard conversation.tools.isEmpty else {
                dropped.insert(.responseFormat)
                return
            }
        }
        writer.key("response_format")
        writer.object {
            $0.member("type", "json_object")
            if case .jsonSchema(_, let schema, _, _)? = conversation.responseFormat {
                $0.member("json_schema", raw: schema.objectSchema)
            }
        }
    }

    private func writeThinking(to writer: inout JSONWriter) {
        guard let reasoning = conversation.reasoning else { return }
        let isOff = reasoning.effort == "none" || reasoning.budgetTokens == 0
        guard isOff || reasoning.effort != nil || reasoning.budgetTokens != nil else { return }
        writer.key("thinking")
        writer.object {
            $0.member("type", isOff ? "disabled" : "enabled")
            if !isOff, let budget = reasoning.budgetTokens ?? reasoning.effort.flatMap(Self.budget), budget > 0 {
                $0.member("token_budget", budget)
            }
        }
    }

    /// `medium` and whatever is not known leave the budget to the model.
    private static func budget(effort: String) -> Int? {
        switch effort {
        case "minimal": 512
        case "low": 2_048
        case "high": 16_384
        case "xhigh", "max": 31_000
        default: nil
        }
    }
}
