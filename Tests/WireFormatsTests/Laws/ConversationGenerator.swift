import GatewayTypes

@testable import WireFormats

/// Conversations at random that a format has words for.
struct ConversationGenerator {
    private var chance: Chance
    private let words: RequestWords

    init(seed: UInt64, _ words: RequestWords) {
        chance = Chance(seed: seed)
        self.words = words
    }

    mutating func conversation() -> Conversation {
        var made = Conversation(messages: [])
        made.tools = (0..<chance.number(1...3)).map { tool($0) }
        made.messages = messages(calling: made.tools.map(\.name))
        if has(.toolChoice) {
            made.toolChoice = chance.one(of: [nil, .auto, ToolChoice.none, .required, .named(made.tools[0].name)])
        }
        if has(.parallelToolCalls) {
            if !words.hasOnlySerialCalls {
                made.parallelToolCalls = chance.one(of: [nil, true, false])
            } else if let choice = made.toolChoice, choice != ToolChoice.none, chance.once(in: 2) {
                made.parallelToolCalls = false
            }
        }
        addSampling(to: &made.sampling)
        addOptions(to: &made)
        return made
    }

    private mutating func has(_ field: ConversationField) -> Bool { !words.lacks.contains(field) }

    /// Sometimes, where the format has a word.
    private mutating func some<Value>(_ field: ConversationField, _ value: (inout Chance) -> Value?) -> Value? {
        guard has(field), chance.once(in: 2) else { return nil }
        return value(&chance)
    }

    private mutating func tool(_ number: Int) -> Tool {
        let hasSchema = !words.mayLeaveOutSchema || chance.once(in: 2)
        let schema = #"{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"integer"}},"required":["z"]}"#
        var tool = Tool(name: "tool_\(number)", parameters: hasSchema ? RawJSON(schema) : nil)
        if chance.once(in: 2) { tool.description = chance.text() }
        if has(.toolStrict) { tool.strict = chance.one(of: words.mustSayStrict ? [true, false] : [nil, true, false]) }
        return tool
    }

    // MARK: - Turns

    private mutating func messages(calling tools: [String]) -> [Message] {
        var messages: [Message] = []
        if chance.once(in: 2) { messages.append(Message(.system, [.text(chance.text())])) }
        var calls = 0
        for _ in 0..<chance.number(0...3) {
            messages.append(user())
            let turn = assistant(tools, &calls)
            messages.append(turn)
            let results = turn.content.compactMap { part -> ContentPart? in
                guard case .toolCall(let call) = part else { return nil }
                return .toolResult(result(of: call))
            }
            if !results.isEmpty { messages += results.map { Message(.tool, [$0]) } }
        }
        messages.append(user())
        return messages
    }

    private mutating func user() -> Message {
        var parts: [ContentPart] = [.text(chance.text())]
        if !words.hasOneText, chance.once(in: 3) { parts.append(.text(chance.text())) }
        if has(.image), chance.once(in: 3) { parts.append(.image(image(), detail: some(.imageDetail) { _ in "high" })) }
        if has(.audio), chance.once(in: 4) { parts.append(.audio(.inline(type: "audio/wav", data: "UklGRg=="))) }
        if has(.document), chance.once(in: 4) {
            let name = has(.documentName) ? "a name.pdf" : nil
            parts.append(.document(.inline(type: "application/pdf", data: "JVBERg=="), name: name))
        }
        return Message(.user, parts, name: some(.participantName) { _ in "ann" })
    }

    private mutating func image() -> Media {
        if words.hasOneText || chance.once(in: 2) { return .inline(type: "image/png", data: "iVBORw0KGgo=") }
        return .url("https://example.com/a%20b.png?q=1", type: words.typeOfAddresses)
    }

    private mutating func assistant(_ tools: [String], _ calls: inout Int) -> Message {
        var parts: [ContentPart] = []
        if !words.thoughts.isEmpty, chance.once(in: 2) { parts.append(.thinking(thought())) }
        if chance.once(in: 2) { parts.append(.text(chance.text())) }
        for _ in 0..<chance.number(parts.isEmpty ? 1...2 : 0...2) {
            calls += 1
            let id = chance.one(of: ["call_\(calls)", "toolu-\(calls)", "call:\(calls)/ä"])
            let call = ToolCall(
                id: id, name: chance.one(of: tools), arguments: chance.object(),
                signature: some(.callSignature) { _ in "c2lnbmF0dXJl" })
            parts.append(.toolCall(call))
        }
        let saysNothing = parts.allSatisfy { if case .thinking = $0 { true } else { false } }
        if saysNothing { parts.append(.text(chance.text())) }
        return Message(.assistant, parts)
    }

    private mutating func thought() -> Thinking {
        switch chance.one(of: words.thoughts) {
        case .plain: Thinking(text: chance.text())
        case .signed: Thinking(text: chance.text(), signature: "c2ln/\(chance.number(100...999))")
        case .redacted: Thinking(text: "", redacted: "cmVk+\(chance.number(100...999))")
        }
    }

    private mutating func result(of call: ToolCall) -> ToolResult {
        let isError = has(.toolError) && chance.once(in: 4)
        return ToolResult(callID: call.id, name: call.name, content: [.text(chance.text())], isError: isError)
    }

    // MARK: - Options

    private mutating func addSampling(to sampling: inout Sampling) {
        if words.mustLimitTokens || chance.once(in: 2) { sampling.maxTokens = chance.number(1...4096) }
        sampling.temperature = some(.temperature) { $0.one(of: [0, 0.25, 1]) }
        if !words.samplesOneWay || sampling.temperature == nil {
            sampling.topP = some(.topP) { $0.one(of: [0.5, 0.9]) }
        }
        sampling.topK = some(.topK) { $0.number(1...40) }
        sampling.frequencyPenalty = some(.frequencyPenalty) { $0.one(of: [0.5, 1]) }
        sampling.presencePenalty = some(.presencePenalty) { $0.one(of: [0.5, 1]) }
        sampling.seed = some(.seed) { $0.number(0...1 << 31) }
        sampling.stop = some(.stop) { $0.one(of: [["END"], ["a\nb", "\"c\""]]) } ?? []
        sampling.logitBias = some(.logitBias) { _ in RawJSON(#"{"50256":-100,"9":1.5}"#) }
    }

    private mutating func addOptions(to made: inout Conversation) {
        made.responseFormat = some(.responseFormat) { $0.one(of: [.jsonObject, nil]) }
        if has(.responseFormat), chance.once(in: 2) {
            made.responseFormat = .jsonSchema(
                name: words.namesSchemas ? "answer" : "response", schema: RawJSON(#"{"type":"object","b":1,"a":2}"#),
                strict: some(.schemaStrict) { $0.one(of: [true, false]) },
                description: some(.schemaDescription) { $0.text() })
        }
        made.reasoning = some(.reasoning) { [words] in
            let effort = $0.one(of: words.efforts)
            return ReasoningOptions(effort: effort, summary: words.showsThinking && effort != "none" ? "auto" : nil)
        }
        made.choiceCount = some(.choiceCount) { $0.number(2...4) }
        if has(.logprobs), chance.once(in: 3) {
            made.logprobs = true
            made.topLogprobs = some(.topLogprobs) { $0.number(1...5) }
        }
        made.user = some(.user) { _ in "user-1" }
        made.metadata = some(.metadata) { _ in RawJSON(#"{"z":"1","a":"2"}"#) }
        made.serviceTier = some(.serviceTier) { [words] in $0.one(of: words.tiers) }
        made.verbosity = some(.verbosity) { $0.one(of: ["low", "high"]) }
        made.promptCacheKey = some(.promptCacheKey) { _ in "k" }
        made.stream = chance.once(in: 2)
    }
}
