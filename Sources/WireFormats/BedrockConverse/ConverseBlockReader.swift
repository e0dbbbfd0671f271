internal import GatewayTypes
internal import JSON

/// Reads content blocks, whole or in pieces. Blocks of the provider's own tools (`type: server_tool_use` and their results)
/// never become tool calls; the text and citations around them tell what they found.
struct ConverseBlockReader: Sendable {
    private enum Block: Sendable {
        case ignored
        /// A tool call that is the answer's text, and whether any of it has come.
        case answer(hasText: Bool)
        case call(index: Int, hasArguments: Bool)
    }

    /// Text and thinking have no start of their own, so only the other blocks are kept.
    private var open: [Int: Block] = [:]
    private var callCount = 0
    private var hasAnswer = false
    /// Characters of text so far, and how many stood before each block of a stream.
    private var told = 0
    private var starts: [Int: Int] = [:]

    func finish(_ reason: String) -> FinishReason {
        switch reason {
        case "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": hasAnswer && callCount == 0 ? .stop : .toolCalls
        case "guardrail_intervened", "content_filtered": .contentFilter
        case "refusal": .refusal
        case "pause_turn": .pause
        default: .other(reason)
        }
    }

    /// A block of a whole answer.
    mutating func whole(_ block: JSONValue) -> [ModelEvent] {
        if let call = block["toolUse"], call.kind == .object {
            let started = startCall(call, at: -1)
            if case .ignored? = open[-1] { return started + stop(-1) }
            let input = call["input"].flatMap { $0.count > 0 ? RawJSON($0.raw).text : nil }
            return started + (input.map { arguments($0, at: -1) } ?? []) + stop(-1)
        }
        if let cited = block["citationsContent"], cited.kind == .object {
            let start = told
            var events: [ModelEvent] = []
            for part in cited["content"]?.elements.map(\.self) ?? [] { events += text(part["text"]) }
            if let citations = cited["citations"], citations.count > 0 {
                let common = ConverseCitations.common(citations.elements.map(\.self), from: start, to: told)
                events.append(.citations(choice: 0, common))
            }
            return events
        }
        if let reasoning = block["reasoningContent"] {
            let text = reasoning["reasoningText"]
            return Self.thinking(text?["text"], text?["signature"], reasoning["redactedContent"])
        }
        if let said = block["text"] { return text(said) }
        return leftOut(block)
    }

    mutating func start(_ start: JSONValue, at position: Int) -> [ModelEvent] {
        if let call = start["toolUse"], call.kind == .object { return startCall(call, at: position) }
        open[position] = .ignored
        return leftOut(start)
    }

    mutating func delta(_ delta: JSONValue, at position: Int) -> [ModelEvent] {
        if let said = delta["text"] {
            starts[position] = starts[position] ?? told
            return text(said)
        }
        if let input = delta["toolUse"]?["input"]?.string { return arguments(input, at: position) }
        if let reasoning = delta["reasoningContent"] {
            return Self.thinking(reasoning["text"], reasoning["signature"], reasoning["redactedContent"])
        }
        guard let citation = delta["citation"], citation.kind == .object else { return [] }
        let start = starts[position] ?? told
        return [.citations(choice: 0, ConverseCitations.common([citation], from: start, to: told))]
    }

    /// A call whose arguments never came has none: `{}`, as every other format says it.
    mutating func stop(_ position: Int) -> [ModelEvent] {
        switch open.removeValue(forKey: position) {
        case .answer(hasText: false): [.text(choice: 0, "{}")]
        case .call(let index, hasArguments: false): [.toolArguments(choice: 0, index: index, "{}")]
        case .ignored, .answer, .call, nil: []
        }
    }

    private mutating func startCall(_ call: JSONValue, at position: Int) -> [ModelEvent] {
        if let type = call["type"]?.string, type.hasPrefix("server_") {
            open[position] = .ignored
            return [.leftOut(type)]
        }
        let name = call["name"]?.string ?? ""
        guard name != BedrockConverseUpstream.answerTool else {
            hasAnswer = true
            open[position] = .answer(hasText: false)
            return []
        }
        let index = callCount
        callCount += 1
        open[position] = .call(index: index, hasArguments: false)
        return [.toolCall(choice: 0, index: index, id: call["toolUseId"]?.string ?? "", name: name, signature: nil)]
    }

    private mutating func arguments(_ text: String, at position: Int) -> [ModelEvent] {
        guard !text.isEmpty else { return [] }
        switch open[position] {
        case .answer:
            open[position] = .answer(hasText: true)
            return [.text(choice: 0, text)]
        case .call(let index, _):
            open[position] = .call(index: index, hasArguments: true)
            return [.toolArguments(choice: 0, index: index, text)]
        case .ignored, nil: return []
        }
    }

    private func leftOut(_ block: JSONValue) -> [ModelEvent] {
        guard let (key, value) = Array(block.members.prefix(1)).first else { return [] }
        return [.leftOut(value["type"]?.string ?? key)]
    }

    private mutating func text(_ value: JSONValue?) -> [ModelEvent] {
        guard let text = value?.string, !text.isEmpty else { return [] }
        told += text.unicodeScalars.count
        return [.text(choice: 0, text)]
    }

    private static func thinking(
        _ text: JSONValue?, _ signature: JSONValue?, _ redacted: JSONValue?
    ) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if let text = text?.string, !text.isEmpty { events.append(.thinking(choice: 0, text)) }
        if let signature = signature?.string, !signature.isEmpty {
            events.append(.thinkingSignature(choice: 0, signature))
        }
        if let data = redacted?.string, !data.isEmpty { events.append(.redactedThinking(choice: 0, data)) }
        return events
    }
}
