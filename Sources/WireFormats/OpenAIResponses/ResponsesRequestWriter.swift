internal import GatewayTypes
internal import JSON

/// Writes a conversation as a Responses request. The same conversation gives the same bytes, for prompt caches.
struct ResponsesRequestWriter {
    private(set) var dropped: Set<ConversationField> = []

    mutating func write(_ conversation: Conversation, model: ModelConfiguration) -> [UInt8] {
        var input = ResponsesInputWriter()
        var writer = JSONWriter(for: conversation)
        writer.beginObject()
        writer.member("model", model.name)
        let messages = input.writeInstructions(conversation.messages, to: &writer)
        writer.key("input")
        writer.beginArray()
        input.write(messages, to: &writer)
        writer.endArray()
        dropped = input.dropped
        if conversation.hasCacheMarks { dropped.insert(.cacheControl) }
        writeTools(conversation, to: &writer)
        writeSampling(conversation, to: &writer)
        writeText(conversation, to: &writer)
        writeReasoning(conversation.reasoning, to: &writer)
        writeInclude(conversation, model: model, to: &writer)
        writeLabels(conversation, to: &writer)
        writer.member("store", false)
        if conversation.stream { writer.member("stream", true) }
        writer.endObject()
        return writer.bytes
    }

    private func writeTools(_ conversation: Conversation, to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        writer.key("tools")
        writer.array { writer in
            for tool in conversation.tools { Self.write(tool, to: &writer) }
        }
        if let choice = conversation.toolChoice {
            writer.key("tool_choice")
            switch choice {
            case .auto: writer.string("auto")
            case .none: writer.string("none")
            case .required: writer.string("required")
            case .named(let name):
                writer.object {
                    $0.member("type", "function")
                    $0.member("name", name)
                }
            }
        }
        if let parallel = conversation.parallelToolCalls { writer.member("parallel_tool_calls", parallel) }
    }

    /// Functions are strict here unless they say otherwise, which they are nowhere else.
    private static func write(_ tool: Tool, to writer: inout JSONWriter) {
        writer.object {
            $0.member("type", "function")
            $0.member("name", tool.name)
            if let description = tool.description { $0.member("description", description) }
            $0.member("parameters", raw: (tool.parameters ?? .emptyObjectSchema).bytes)
            $0.member("strict", tool.strict ?? false)
        }
    }

    private mutating func writeSampling(_ conversation: Conversation, to writer: inout JSONWriter) {
        let sampling = conversation.sampling
        if let limit = sampling.maxTokens { writer.member("max_output_tokens", limit) }
        if let value = sampling.temperature { writer.member("temperature", value) }
        if let value = sampling.topP { writer.member("top_p", value) }
        if sampling.topK != nil { dropped.insert(.topK) }
        if sampling.frequencyPenalty ?? 0 != 0 { dropped.insert(.frequencyPenalty) }
        if sampling.presencePenalty ?? 0 != 0 { dropped.insert(.presencePenalty) }
        if sampling.seed != nil { dropped.insert(.seed) }
        if !sampling.stop.isEmpty { dropped.insert(.stop) }
        if sampling.logitBias != nil { dropped.insert(.logitBias) }
        if conversation.choiceCount ?? 1 != 1 { dropped.insert(.choiceCount) }
        if let count = conversation.topLogprobs { writer.member("top_logprobs", count) }
    }

    private func writeText(_ conversation: Conversation, to writer: inout JSONWriter) {
        guard conversation.responseFormat != nil || conversation.verbosity != nil else { return }
        writer.key("text")
        writer.object { writer in
            if let format = conversation.responseFormat {
                writer.key("format")
                writer.object { Self.write(format, to: &$0) }
            }
            if let verbosity = conversation.verbosity { writer.member("verbosity", verbosity) }
        }
    }

    private static func write(_ format: ResponseFormat, to writer: inout JSONWriter) {
        switch format {
        case .text: writer.member("type", "text")
        case .jsonObject: writer.member("type", "json_object")
        case .jsonSchema(let name, let schema, let strict, let description):
            writer.member("type", "json_schema")
            writer.member("name", name)
            if let description { writer.member("description", description) }
            writer.member("schema", raw: schema.bytes)
            if let strict { writer.member("strict", strict) }
        }
    }

    /// A caller that says how much is thought in tokens is one that is shown the thinking.
    private func writeReasoning(_ reasoning: ReasoningOptions?, to writer: inout JSONWriter) {
        guard let reasoning else { return }
        let effort = ChatRequestWriter.effort(of: reasoning)
        let isShown = reasoning.budgetTokens != nil && effort != "none"
        let summary = reasoning.summary ?? (isShown ? "auto" : nil)
        guard effort != nil || summary != nil else { return }
        writer.key("reasoning")
        writer.object {
            if let effort { $0.member("effort", effort) }
            if let summary { $0.member("summary", summary) }
        }
    }

    /// Models that do not reason refuse to be asked for encrypted reasoning.
    private func writeInclude(
        _ conversation: Conversation, model: ModelConfiguration, to writer: inout JSONWriter
    ) {
        var wanted: [String] = []
        let isAsked = conversation.reasoning.map { $0.effort != "none" && $0.budgetTokens != 0 } ?? false
        let hasThought = conversation.messages.contains { $0.content.contains(where: \.isSealedThinking) }
        if isAsked || hasThought || model.capabilities?.contains("reasoning") == true {
            wanted.append("reasoning.encrypted_content")
        }
        if conversation.logprobs == true { wanted.append("message.output_text.logprobs") }
        guard !wanted.isEmpty else { return }
        writer.key("include")
        writer.array { for word in wanted { $0.string(word) } }
    }

    private func writeLabels(_ conversation: Conversation, to writer: inout JSONWriter) {
        if let user = conversation.user { writer.member("user", user) }
        if let metadata = conversation.metadata { writer.member("metadata", raw: metadata.bytes) }
        if let tier = conversation.serviceTier { writer.member("service_tier", tier) }
        if let key = conversation.promptCacheKey { writer.member("prompt_cache_key", key) }
    }
}

extension ContentPart {
    /// Thinking that its provider takes back.
    fileprivate var isSealedThinking: Bool {
        if case .thinking(let thinking) = self { thinking.signature != nil || thinking.redacted != nil } else { false }
    }
}
