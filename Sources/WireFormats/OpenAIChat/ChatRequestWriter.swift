internal import GatewayTypes
internal import JSON

/// Writes a conversation as a chat completions request. The same conversation gives the same bytes, for prompt caches.
struct ChatRequestWriter {
    private let quirks: ChatQuirks
    private(set) var dropped: Set<ConversationField> = []

    init(quirks: ChatQuirks) { self.quirks = quirks }

    mutating func write(_ conversation: Conversation, model: String) -> [UInt8] {
        var messages = ChatMessageWriter(quirks: quirks)
        var writer = JSONWriter(for: conversation)
        writer.beginObject()
        writer.member("model", model)
        writer.key("messages")
        writer.beginArray()
        messages.write(conversation.messages, to: &writer)
        writer.endArray()
        dropped = messages.dropped
        if conversation.hasCacheMarks, !quirks.takesCacheMarks { dropped.insert(.cacheControl) }
        writeTools(conversation, to: &writer)
        writeSampling(conversation.sampling, to: &writer)
        writeAnswerOptions(conversation, to: &writer)
        if let reasoning = conversation.reasoning, let effort = Self.effort(of: reasoning),
            takes("reasoning_effort", .reasoning)
        {
            writer.member("reasoning_effort", effort)
        }
        if conversation.stream {
            writer.member("stream", true)
            if quirks.takesStreamOptions {
                writer.key("stream_options")
                writer.object { $0.member("include_usage", true) }
            }
        }
        writer.endObject()
        return writer.bytes
    }

    private mutating func writeTools(_ conversation: Conversation, to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        writer.key("tools")
        writer.array { writer in
            for tool in conversation.tools { write(tool, to: &writer) }
        }
        if let choice = conversation.toolChoice, takes("tool_choice", .toolChoice) {
            writer.key("tool_choice")
            switch choice {
            case .auto: writer.string("auto")
            case .none: writer.string("none")
            case .required: writer.string("required")
            case .named(let name):
                writer.object {
                    $0.member("type", "function")
                    $0.key("function")
                    $0.object { $0.member("name", name) }
                }
            }
        }
        if let parallel = conversation.parallelToolCalls, takes("parallel_tool_calls", .parallelToolCalls) {
            writer.member("parallel_tool_calls", parallel)
        }
    }

    private func write(_ tool: Tool, to writer: inout JSONWriter) {
        writer.object {
            $0.member("type", "function")
            $0.key("function")
            $0.object {
                $0.member("name", tool.name)
                if let description = tool.description { $0.member("description", description) }
                if let parameters = tool.parameters { $0.member("parameters", raw: parameters.bytes) }
                if let strict = tool.strict { $0.member("strict", strict) }
            }
            if quirks.takesCacheMarks { $0.cacheControl(tool.cacheMark) }
        }
    }

    private mutating func writeSampling(_ sampling: Sampling, to writer: inout JSONWriter) {
        if let limit = sampling.maxTokens {
            writer.member(quirks.lengthField == .maxCompletionTokens ? "max_completion_tokens" : "max_tokens", limit)
        }
        if let value = sampling.temperature, takes("temperature", .temperature) { writer.member("temperature", value) }
        if let value = sampling.topP, takes("top_p", .topP) { writer.member("top_p", value) }
        if let topK = sampling.topK {
            if quirks.takesTopK { writer.member("top_k", topK) } else { dropped.insert(.topK) }
        }
        if let value = sampling.frequencyPenalty, takes("frequency_penalty", .frequencyPenalty) {
            writer.member("frequency_penalty", value)
        }
        if let value = sampling.presencePenalty, takes("presence_penalty", .presencePenalty) {
            writer.member("presence_penalty", value)
        }
        if let seed = sampling.seed, takes("seed", .seed) { writer.member(quirks.seedField, seed) }
        if !sampling.stop.isEmpty, takes("stop", .stop) {
            writer.key("stop")
            writer.array { for stop in sampling.stop { $0.string(stop) } }
        }
        if let bias = sampling.logitBias, takes("logit_bias", .logitBias) {
            writer.member("logit_bias", raw: bias.bytes)
        }
    }

    private mutating func writeAnswerOptions(_ conversation: Conversation, to writer: inout JSONWriter) {
        if let format = conversation.responseFormat, takes("response_format", .responseFormat) {
            writer.key("response_format")
            Self.write(format, to: &writer)
        }
        if let count = conversation.choiceCount, takes("n", .choiceCount) { writer.member("n", count) }
        if let wanted = conversation.logprobs, takes("logprobs", .logprobs) { writer.member("logprobs", wanted) }
        if let count = conversation.topLogprobs, takes("top_logprobs", .topLogprobs) {
            writer.member("top_logprobs", count)
        }
        if let user = conversation.user, takes("user", .user) { writer.member("user", user) }
        if let metadata = conversation.metadata, takes("metadata", .metadata) {
            writer.member("metadata", raw: metadata.bytes)
        }
        if let tier = conversation.serviceTier, takes("service_tier", .serviceTier) {
            writer.member("service_tier", tier)
        }
        if let verbosity = conversation.verbosity, takes("verbosity", .verbosity) {
            writer.member("verbosity", verbosity)
        }
        if let key = conversation.promptCacheKey, takes("prompt_cache_key", .promptCacheKey) {
            writer.member("prompt_cache_key", key)
        }
    }

    private static func write(_ format: ResponseFormat, to writer: inout JSONWriter) {
        writer.object {
            switch format {
            case .text: $0.member("type", "text")
            case .jsonObject: $0.member("type", "json_object")
            case .jsonSchema(let name, let schema, let strict, let description):
                $0.member("type", "json_schema")
                $0.key("json_schema")
                $0.object {
                    $0.member("name", name)
                    if let description { $0.member("description", description) }
                    $0.member("schema", raw: schema.bytes)
                    if let strict { $0.member("strict", strict) }
                }
            }
        }
    }

    /// A budget in tokens becomes the effort it is nearest to.
    static func effort(of reasoning: ReasoningOptions) -> String? {
        if let effort = reasoning.effort { return effort == "max" ? "xhigh" : effort }  // Anthropic's most
        guard let budget = reasoning.budgetTokens else { return nil }
        return switch budget {
        case ..<0: "medium"  // Gemini's -1: as much as the model likes
        case 0: "none"
        case ..<1025: "minimal"
        case ..<4097: "low"
        case ..<16385: "medium"
        default: "high"
        }
    }

    private mutating func takes(_ name: String, _ field: ConversationField) -> Bool {
        guard quirks.refusedFields.contains(name) else { return true }
        dropped.insert(field)
        return false
    }
}
