internal import GatewayTypes
internal import JSON

/// Writes a conversation as the body of Converse, which is also ConverseStream's.
struct ConverseRequest {
    private let conversation: Conversation
    private let turns: ConverseTurns
    private let tools: ConverseTools
    private let extras: ConverseExtras
    private let takesCachePoints: Bool
    private var dropped: Set<ConversationField>

    init(_ conversation: Conversation, model: ModelConfiguration) throws(GatewayError) {
        self.conversation = conversation
        takesCachePoints = ConverseModel.named(model.name).takesCachePoints
        turns = try ConverseTurns(conversation.messages)
        tools = try ConverseTools(conversation, model: model, calledTools: turns.calledTools)
        extras = ConverseExtras(
            conversation, model: model, mayThink: !tools.isForced && !turns.hasCallsWithoutThinking)
        dropped = turns.dropped.union(tools.dropped).union(extras.dropped)
        noteWhatIsUnsayable()
    }

    private mutating func noteWhatIsUnsayable() {
        let sampling = conversation.sampling
        if sampling.frequencyPenalty ?? 0 != 0 { dropped.insert(.frequencyPenalty) }
        if sampling.presencePenalty ?? 0 != 0 { dropped.insert(.presencePenalty) }
        if sampling.seed != nil { dropped.insert(.seed) }
        if sampling.logitBias != nil { dropped.insert(.logitBias) }
        if sampling.stop.contains(where: \.isBlank) { dropped.insert(.stop) }
        if conversation.choiceCount ?? 1 != 1 { dropped.insert(.choiceCount) }
        if conversation.logprobs == true { dropped.insert(.logprobs) }
        if conversation.topLogprobs ?? 0 != 0 { dropped.insert(.topLogprobs) }
        if conversation.hasCacheMarks, !takesCachePoints { dropped.insert(.cacheControl) }
        if conversation.user != nil { dropped.insert(.user) }
        if conversation.verbosity != nil { dropped.insert(.verbosity) }
        if conversation.promptCacheKey != nil { dropped.insert(.promptCacheKey) }
        if conversation.metadata != nil, requestMetadata.isEmpty { dropped.insert(.metadata) }
        if let tier = conversation.serviceTier, tier != "auto", Self.tiers[tier] == nil { dropped.insert(.serviceTier) }
    }

    func encoded() -> EncodedRequest {
        var writer = JSONWriter(for: conversation)
        var documents = 0
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        for (position, turn) in turns.turns.enumerated() {
            writer.beginObject()
            writer.member("role", turn.isAssistant ? "assistant" : "user")
            writer.key("content")
            writer.beginArray()
            for block in turn.blocks {
                writer.converseBlock(block.part, number: &documents)
                writeCachePoint(block.cacheMark, to: &writer)
            }
            // Where the provider is to choose, it keeps all there is.
            if position == turns.turns.count - 1, turn.blocks.last?.cacheMark == nil {
                writeCachePoint(conversation.cacheMark, to: &writer)
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        if !turns.system.isEmpty {
            writer.key("system")
            writer.beginArray()
            for block in turns.system {
                writer.converseBlock(block.part, number: &documents)
                writeCachePoint(block.cacheMark, to: &writer)
            }
            writer.endArray()
        }
        writeInference(to: &writer)
        tools.write(to: &writer, cachePoints: takesCachePoints)
        extras.write(to: &writer)
        writeLabels(to: &writer)
        writer.endObject()
        return EncodedRequest(body: writer.bytes, dropped: dropped)
    }

    private func writeCachePoint(_ mark: CacheMark?, to writer: inout JSONWriter) {
        if let mark, takesCachePoints { writer.converseCachePoint(mark) }
    }

    private func writeInference(to writer: inout JSONWriter) {
        let stops = conversation.sampling.stop.filter { !$0.isBlank }
        guard extras.maxTokens != nil || extras.temperature != nil || extras.topP != nil || !stops.isEmpty else {
            return
        }
        writer.key("inferenceConfig")
        writer.object {
            if let limit = extras.maxTokens { $0.member("maxTokens", limit) }
            if let temperature = extras.temperature { $0.member("temperature", temperature) }
            if let topP = extras.topP { $0.member("topP", topP) }
            if !stops.isEmpty {
                $0.key("stopSequences")
                $0.array { for stop in stops { $0.string(stop) } }
            }
        }
    }

    private static let tiers = ["default": "default", "flex": "flex", "priority": "priority"]

    private func writeLabels(to writer: inout JSONWriter) {
        if let tier = conversation.serviceTier.flatMap({ Self.tiers[$0] }) {
            writer.key("serviceTier")
            writer.object { $0.member("type", tier) }
        }
        let labels = requestMetadata
        guard !labels.isEmpty else { return }
        writer.key("requestMetadata")
        writer.object { for (name, value) in labels { $0.member(name, value) } }
    }

    /// The caller's labels where Converse takes them all: at most 16, short texts of few characters; they go to the invocation
    /// log.
    private var requestMetadata: [(String, String)] {
        guard let bytes = conversation.metadata?.bytes, let object = try? JSONValue.parse(bytes),
            object.kind == .object, object.count <= 16
        else { return [] }
        var labels: [(String, String)] = []
        for (name, value) in object.members {
            guard let text = value.string, Self.isLabel(name), !name.isEmpty, Self.isLabel(text) else { return [] }
            labels.append((name, text))
        }
        return labels
    }

    private static func isLabel(_ text: String) -> Bool {
        text.utf8.count <= 256
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: " :_@$#=/+,-.".utf8.contains(byte)
                }
            }
    }
}
