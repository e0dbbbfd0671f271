internal import GatewayTypes
internal import JSON

/// Writes a conversation as the body of `POST /messages`.
struct AnthropicRequest {
    private let conversation: Conversation
    private let model: ModelConfiguration
    private let turns: AnthropicTurns
    private let tools: AnthropicTools
    private let thinking: AnthropicThinking
    private var dropped: Set<ConversationField>

    init(_ conversation: Conversation, model: ModelConfiguration) throws(GatewayError) {
        self.conversation = conversation
        self.model = model
        turns = try AnthropicTurns(conversation.messages)
        tools = try AnthropicTools(conversation, turns: turns.turns)
        thinking = AnthropicThinking(
            conversation, model: model, isPossible: !tools.isForced && !Self.callsCameWithoutThinking(turns.turns))
        dropped = turns.dropped.union(tools.dropped)
        noteWhatIsUnsayable()
    }

    /// A turn that answers calls must hold the thinking which led to them, or thinking must be off.
    private static func callsCameWithoutThinking(_ turns: [AnthropicTurns.Turn]) -> Bool {
        guard let last = turns.last, !last.isAssistant, turns.count > 1 else { return false }
        let answersCalls = last.parts.contains { if case .toolResult = $0 { true } else { false } }
        let thought = turns[turns.count - 2].parts.contains { if case .thinking = $0 { true } else { false } }
        return answersCalls && !thought
    }

    private mutating func noteWhatIsUnsayable() {
        let sampling = conversation.sampling
        if thinking.isDropped { dropped.insert(.reasoning) }
        if sampling.frequencyPenalty ?? 0 != 0 { dropped.insert(.frequencyPenalty) }
        if sampling.presencePenalty ?? 0 != 0 { dropped.insert(.presencePenalty) }
        if sampling.seed != nil { dropped.insert(.seed) }
        if sampling.logitBias != nil { dropped.insert(.logitBias) }
        if case .jsonSchema(_, _, true, _) = conversation.responseFormat { dropped.insert(.schemaStrict) }
        if conversation.choiceCount ?? 1 != 1 { dropped.insert(.choiceCount) }
        if conversation.logprobs == true { dropped.insert(.logprobs) }
        if conversation.topLogprobs ?? 0 != 0 { dropped.insert(.topLogprobs) }
        if conversation.metadata != nil { dropped.insert(.metadata) }
        if conversation.verbosity != nil { dropped.insert(.verbosity) }
        if conversation.promptCacheKey != nil { dropped.insert(.promptCacheKey) }
    }

    func encoded() -> EncodedRequest {
        var writer = JSONWriter(for: conversation)
        var dropped = dropped
        writer.beginObject()
        writer.member("model", model.name)
        writer.member("max_tokens", thinking.maxTokens)
        writeSystem(to: &writer)
        writeMessages(to: &writer)
        tools.write(to: &writer)
        writeThinking(to: &writer)
        writeSampling(to: &writer, dropped: &dropped)
        if let user = conversation.user {
            writer.key("metadata")
            writer.beginObject()
            writer.member("user_id", user)
            writer.endObject()
        }
        switch conversation.serviceTier {
        case nil: break
        case "auto": writer.member("service_tier", "auto")
        case "default", "standard_only": writer.member("service_tier", "standard_only")
        default: dropped.insert(.serviceTier)
        }
        writer.cacheControl(conversation.cacheMark)
        if conversation.stream { writer.member("stream", true) }
        writer.endObject()
        return EncodedRequest(body: writer.bytes, dropped: dropped)
    }

    private func writeSystem(to writer: inout JSONWriter) {
        guard !turns.system.isEmpty else { return }
        writer.key("system")
        writer.beginArray()
        for block in turns.system { writer.anthropicBlock(block.part, block.cacheMark) }
        writer.endArray()
    }

    private func writeMessages(to writer: inout JSONWriter) {
        writer.key("messages")
        writer.beginArray()
        for turn in turns.turns {
            writer.beginObject()
            writer.member("role", turn.isAssistant ? "assistant" : "user")
            writer.key("content")
            writer.beginArray()
            for block in turn.blocks { writer.anthropicBlock(block.part, block.cacheMark) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeThinking(to writer: inout JSONWriter) {
        switch thinking.mode {
        case .unsaid: return
        case .disabled: writer.member("thinking", raw: #"{"type":"disabled"}"#.utf8)
        case .budget(let tokens):
            writer.key("thinking")
            writer.beginObject()
            writer.member("type", "enabled")
            writer.member("budget_tokens", tokens)
            writer.endObject()
        case .adaptive(let effort):
            writer.member("thinking", raw: #"{"type":"adaptive"}"#.utf8)
            writer.key("output_config")
            writer.beginObject()
            writer.member("effort", effort)
            writer.endObject()
        }
    }

    /// Temperatures end at 1 here: more is brought down to it and reported. Newer models refuse `temperature` and `top_p`
    /// together, so `top_p` yields; thinking allows no other temperature than 1, no `top_k`, and a `top_p` from 0.95.
    private func writeSampling(to writer: inout JSONWriter, dropped: inout Set<ConversationField>) {
        let sampling = conversation.sampling
        let stops = sampling.stop.filter { !$0.isBlank }
        if stops.count < sampling.stop.count { dropped.insert(.stop) }
        if !stops.isEmpty {
            writer.key("stop_sequences")
            writer.beginArray()
            for stop in stops { writer.string(stop) }
            writer.endArray()
        }
        let thinks = thinking.mode != .unsaid && thinking.mode != .disabled
        var saysTemperature = false
        if let temperature = sampling.temperature {
            let allowed = min(max(temperature, 0), 1)
            if allowed != temperature || (thinks && allowed != 1) { dropped.insert(.temperature) }
            if !thinks {
                writer.member("temperature", allowed)
                saysTemperature = true
            }
        }
        if let topP = sampling.topP, topP != 1 {
            if saysTemperature || (thinks && topP < 0.95) {
                dropped.insert(.topP)
            } else {
                writer.member("top_p", topP)
            }
        }
        if let topK = sampling.topK {
            if thinks { dropped.insert(.topK) } else { writer.member("top_k", topK) }
        }
    }
}
