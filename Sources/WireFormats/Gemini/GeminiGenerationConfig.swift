internal import GatewayTypes
internal import JSON

/// `generationConfig`: sampling, format of the answer, thinking.
struct GeminiGenerationConfig {
    private let conversation: Conversation
    private let model: GeminiModel

    init(_ conversation: Conversation, model: GeminiModel) {
        self.conversation = conversation
        self.model = model
    }

    /// Writes the member, or nothing where there is nothing to say.
    func write(to writer: inout JSONWriter) {
        var inner = JSONWriter()
        inner.beginObject()
        let emptyCount = inner.bytes.count
        writeSampling(to: &inner)
        writeFormat(to: &inner)
        writeThinking(to: &inner)
        guard inner.bytes.count > emptyCount else { return }
        inner.endObject()
        writer.member("generationConfig", raw: inner.bytes)
    }

    private func writeSampling(to writer: inout JSONWriter) {
        let sampling = conversation.sampling
        if let tokens = sampling.maxTokens { writer.member("maxOutputTokens", tokens) }
        if let temperature = sampling.temperature { writer.member("temperature", temperature) }
        if let topP = sampling.topP { writer.member("topP", topP) }
        if let topK = sampling.topK { writer.member("topK", topK) }
        if !sampling.stop.isEmpty {
            writer.key("stopSequences")
            writer.beginArray()
            for stop in sampling.stop { writer.string(stop) }
            writer.endArray()
        }
        if let seed = sampling.seed { writer.member("seed", seed) }
        if let penalty = sampling.presencePenalty { writer.member("presencePenalty", penalty) }
        if let penalty = sampling.frequencyPenalty { writer.member("frequencyPenalty", penalty) }
        if let count = conversation.choiceCount, count != 1 { writer.member("candidateCount", count) }
        if conversation.logprobs == true {
            writer.member("responseLogprobs", true)
            if let count = conversation.topLogprobs { writer.member("logprobs", count) }
        }
    }

    private func writeFormat(to writer: inout JSONWriter) {
        switch conversation.responseFormat {
        case nil, .text: return
        case .jsonObject: writer.member("responseMimeType", "application/json")
        case .jsonSchema(_, let schema, _, _):
            writer.member("responseMimeType", "application/json")
            writer.member("responseJsonSchema", raw: schema.bytes)
        }
    }

    private func writeThinking(to writer: inout JSONWriter) {
        guard let reasoning = conversation.reasoning, let thinking = model.thinking(reasoning) else { return }
        writer.key("thinkingConfig")
        writer.beginObject()
        switch thinking {
        case .budget(let tokens): writer.member("thinkingBudget", tokens)
        case .level(let level): writer.member("thinkingLevel", level)
        }
        // Who asks for no thinking wants none shown.
        if reasoning.effort != "none", reasoning.budgetTokens != 0 { writer.member("includeThoughts", true) }
        writer.endObject()
    }
}
