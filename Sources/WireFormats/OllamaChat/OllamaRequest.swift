internal import GatewayTypes
internal import JSON

/// Writes a conversation as the body of `POST /api/chat`.
struct OllamaRequest {
    private let conversation: Conversation
    private let model: ModelConfiguration
    private var dropped: Set<ConversationField> = []

    init(_ conversation: Conversation, model: ModelConfiguration) {
        self.conversation = conversation
        self.model = model
    }

    mutating func encoded() -> EncodedRequest {
        noteWhatIsUnsayable()
        var writer = JSONWriter(for: conversation)
        writer.beginObject()
        writer.member("model", model.name)
        var messages = OllamaMessages(conversation.messages)
        messages.write(to: &writer)
        dropped.formUnion(messages.dropped)
        writeTools(to: &writer)
        writeFormat(to: &writer)
        writeThinking(to: &writer)
        writeOptions(to: &writer)
        if conversation.logprobs == true {
            writer.member("logprobs", true)
            if let count = conversation.topLogprobs { writer.member("top_logprobs", count) }
        }
        writer.member("stream", conversation.stream)  // absent would mean true
        writer.endObject()
        return EncodedRequest(body: writer.bytes, dropped: dropped)
    }

    private mutating func noteWhatIsUnsayable() {
        switch conversation.toolChoice {
        case .required, .named: dropped.insert(.toolChoice)
        case .auto, nil, ToolChoice.none?: break
        }
        if conversation.parallelToolCalls == false, !conversation.tools.isEmpty { dropped.insert(.parallelToolCalls) }
        if conversation.tools.contains(where: { $0.strict == true }) { dropped.insert(.toolStrict) }
        if case .jsonSchema(_, _, _, _?) = conversation.responseFormat { dropped.insert(.schemaDescription) }
        if conversation.sampling.logitBias != nil { dropped.insert(.logitBias) }
        if conversation.choiceCount ?? 1 != 1 { dropped.insert(.choiceCount) }
        if conversation.user != nil { dropped.insert(.user) }
        if conversation.hasCacheMarks { dropped.insert(.cacheControl) }
        if conversation.metadata != nil { dropped.insert(.metadata) }
        if conversation.verbosity != nil { dropped.insert(.verbosity) }
        if conversation.promptCacheKey != nil { dropped.insert(.promptCacheKey) }
        if let tier = conversation.serviceTier, tier != "auto" { dropped.insert(.serviceTier) }
    }

    /// Ollama knows no choice: a caller that wants none called gets none offered.
    private func writeTools(to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty, conversation.toolChoice != ToolChoice.none else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in conversation.tools {
            writer.beginObject()
            writer.member("type", "function")
            writer.key("function")
            writer.beginObject()
            writer.member("name", tool.name)
            if let description = tool.description { writer.member("description", description) }
            writer.member("parameters", raw: (tool.parameters ?? .emptyObjectSchema).objectSchema)
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeFormat(to writer: inout JSONWriter) {
        switch conversation.responseFormat {
        case nil, .text: return
        case .jsonObject: writer.member("format", "json")
        case .jsonSchema(_, let schema, _, _): writer.member("format", raw: schema.bytes)
        }
    }

    /// Levels are known to gpt-oss, which cannot stop thinking; every other model thinks or does not.
    private func writeThinking(to writer: inout JSONWriter) {
        guard let reasoning = conversation.reasoning else { return }
        let isOff = reasoning.effort == "none" || reasoning.budgetTokens == 0
        guard model.name.contains("gpt-oss") else { return writer.member("think", !isOff) }
        switch reasoning.effort {
        case "none", "minimal", "low": writer.member("think", "low")
        case "high", "xhigh", "max": writer.member("think", "high")
        default: writer.member("think", isOff ? "low" : "medium")
        }
    }

    /// `num_ctx` is sent where the model's `context_length` is configured: Ollama's default of a few thousand tokens cuts
    /// longer prompts in silence.
    private func writeOptions(to writer: inout JSONWriter) {
        let sampling = conversation.sampling
        var inner = JSONWriter()
        inner.beginObject()
        let emptyCount = inner.bytes.count
        if let context = model.contextLength { inner.member("num_ctx", context) }
        if let tokens = sampling.maxTokens { inner.member("num_predict", tokens) }
        if let temperature = sampling.temperature { inner.member("temperature", temperature) }
        if let topP = sampling.topP { inner.member("top_p", topP) }
        if let topK = sampling.topK { inner.member("top_k", topK) }
        if let seed = sampling.seed { inner.member("seed", seed) }
        if !sampling.stop.isEmpty {
            inner.key("stop")
            inner.beginArray()
            for stop in sampling.stop { inner.string(stop) }
            inner.endArray()
        }
        if let penalty = sampling.frequencyPenalty { inner.member("frequency_penalty", penalty) }
        if let penalty = sampling.presencePenalty { inner.member("presence_penalty", penalty) }
        guard inner.bytes.count > emptyCount else { return }
        inner.endObject()
        writer.member("options", raw: inner.bytes)
    }
}
