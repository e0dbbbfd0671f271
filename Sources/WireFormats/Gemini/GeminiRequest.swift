internal import GatewayTypes
internal import JSON

/// Writes a conversation as the body of `generateContent`.
struct GeminiRequest {
    private let conversation: Conversation
    private let model: GeminiModel
    private let turns: GeminiTurns
    private var dropped: Set<ConversationField>

    init(_ conversation: Conversation, model: ModelConfiguration) throws(GatewayError) {
        self.conversation = conversation
        self.model = GeminiModel(model.name)
        turns = try GeminiTurns(conversation.messages, model: self.model)
        dropped = turns.dropped
        noteWhatIsUnsayable()
    }

    private mutating func noteWhatIsUnsayable() {
        if conversation.tools.contains(where: { $0.strict == true }) { dropped.insert(.toolStrict) }
        if conversation.parallelToolCalls == false, !conversation.tools.isEmpty { dropped.insert(.parallelToolCalls) }
        if case .jsonSchema(_, _, _, _?) = conversation.responseFormat { dropped.insert(.schemaDescription) }
        if conversation.sampling.logitBias != nil { dropped.insert(.logitBias) }
        if conversation.user != nil { dropped.insert(.user) }
        if conversation.hasCacheMarks { dropped.insert(.cacheControl) }
        if conversation.metadata != nil { dropped.insert(.metadata) }
        if conversation.verbosity != nil { dropped.insert(.verbosity) }
        if conversation.promptCacheKey != nil { dropped.insert(.promptCacheKey) }
        if let tier = conversation.serviceTier, tier != "auto" { dropped.insert(.serviceTier) }
        if let reasoning = conversation.reasoning, model.thinking(reasoning) == nil, reasoning.effort != "none" {
            dropped.insert(.reasoning)
        }
    }

    func encoded() -> EncodedRequest {
        var writer = JSONWriter(for: conversation)
        writer.beginObject()
        if !turns.system.isEmpty {
            writer.key("systemInstruction")
            writer.beginObject()
            writeParts(turns.system.map { .text($0, signature: nil) }, to: &writer)
            writer.endObject()
        }
        writer.key("contents")
        writer.beginArray()
        for turn in turns.turns {
            writer.beginObject()
            writer.member("role", turn.isModel ? "model" : "user")
            writeParts(turn.parts, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writeTools(to: &writer)
        GeminiGenerationConfig(conversation, model: model).write(to: &writer)
        writer.endObject()
        return EncodedRequest(body: writer.bytes, dropped: dropped)
    }

    private func writeParts(_ parts: [GeminiPart], to writer: inout JSONWriter) {
        writer.key("parts")
        writer.beginArray()
        for part in parts { writer.geminiPart(part) }
        writer.endArray()
    }

    private func writeTools(to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        writer.beginObject()
        writer.key("functionDeclarations")
        writer.beginArray()
        for tool in conversation.tools {
            writer.beginObject()
            writer.member("name", tool.name)
            if let description = tool.description { writer.member("description", description) }
            if let parameters = tool.parameters {
                writer.member("parametersJsonSchema", raw: parameters.objectSchema)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endArray()
        writeToolChoice(to: &writer)
    }

    private func writeToolChoice(to writer: inout JSONWriter) {
        guard let choice = conversation.toolChoice else { return }
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("functionCallingConfig")
        writer.beginObject()
        switch choice {
        case .auto: writer.member("mode", "AUTO")
        case .none: writer.member("mode", "NONE")
        case .required: writer.member("mode", "ANY")
        case .named(let name):
            writer.member("mode", "ANY")
            writer.key("allowedFunctionNames")
            writer.beginArray()
            writer.string(name)
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
    }
}
