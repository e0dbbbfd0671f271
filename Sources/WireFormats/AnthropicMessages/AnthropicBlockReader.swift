internal import GatewayTypes
internal import JSON

/// Reads content blocks, whole or in pieces. Blocks of the provider's own tools (`server_tool_use`, `mcp_tool_use` and
/// their results) never become tool calls; the text and citations around them tell what they found.
struct AnthropicBlockReader: Sendable {
    private enum Block: Sendable {
        case text, thinking, ignored
        /// A tool call that is the answer's text, and whether any of it has come.
        case answer(given: RawJSON?, hasText: Bool)
        /// `given` are arguments that came with the block's start; pieces that follow replace them.
        case call(index: Int, given: RawJSON?, hasArguments: Bool)
    }

    private var open: [Int: Block] = [:]
    private var callCount = 0
    private var hasAnswer = false
    /// Characters of text so far, and how many stood before each open text.
    private var told = 0
    private var starts: [Int: Int] = [:]
    /// The pages on the web that an open text cites: told when it ends, with the words that they stand behind.
    private var pages: [Int: [JSONValue]] = [:]

    /// The finish of an answer that stopped with `reason`.
    func finish(_ reason: String) -> FinishReason {
        switch reason {
        case "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": hasAnswer && callCount == 0 ? .stop : .toolCalls
        case "refusal": .refusal
        case "pause_turn": .pause
        default: .other(reason)
        }
    }

    /// The end that `message` (whole, or the delta of a stream's) tells of; a refusal's reason is what the answer says.
    mutating func end(_ message: JSONValue?) -> [ModelEvent] {
        guard let reason = message?["stop_reason"]?.string else { return [] }
        // Some compatible services end no block.
        let cited = pages.keys.sorted().flatMap { tellPages(at: $0) }
        let explanation = Self.event(message?["stop_details"]?["explanation"]) { .refusal(choice: 0, $0) }
        return cited + explanation + [.finish(choice: 0, finish(reason))]
    }

    mutating func whole(_ block: JSONValue) -> [ModelEvent] {
        start(block, at: -1) + stop(-1)
    }

    /// Some compatible services begin a block where one has not ended.
    mutating func start(_ block: JSONValue, at position: Int) -> [ModelEvent] {
        tellPages(at: position) + begin(block, at: position)
    }

    private mutating func begin(_ block: JSONValue, at position: Int) -> [ModelEvent] {
        let type = block["type"]
        if type?.isString("text") == true {
            open[position] = .text
            starts[position] = told
            return text(block["text"]) + cite(block["citations"]?.elements.map(\.self) ?? [], at: position)
        }
        if type?.isString("thinking") == true {
            open[position] = .thinking
            return Self.event(block["thinking"]) { .thinking(choice: 0, $0) }
                + Self.event(block["signature"]) { .thinkingSignature(choice: 0, $0) }
        }
        if type?.isString("redacted_thinking") == true {
            open[position] = .ignored
            return Self.event(block["data"]) { .redactedThinking(choice: 0, $0) }
        }
        guard type?.isString("tool_use") == true else {
            open[position] = .ignored
            return (type?.string).map { [.leftOut($0)] } ?? []
        }
        return startCall(block, at: position)
    }

    private mutating func startCall(_ block: JSONValue, at position: Int) -> [ModelEvent] {
        let input = block["input"]
        let given = input.flatMap { $0.count > 0 ? RawJSON($0.raw) : nil }
        let name = block["name"]?.string ?? ""
        guard name != AnthropicMessagesUpstream.answerTool else {
            hasAnswer = true
            open[position] = .answer(given: given, hasText: false)
            return []
        }
        let index = callCount
        callCount += 1
        open[position] = .call(index: index, given: given, hasArguments: false)
        return [.toolCall(choice: 0, index: index, id: block["id"]?.string ?? "", name: name, signature: nil)]
    }

    mutating func delta(_ delta: JSONValue, at position: Int) -> [ModelEvent] {
        let block = open[position]
        // Nearly all of a stream.
        if case .text = block, delta["type"]?.isString("text_delta") == true {
            return text(delta["text"])
        }
        switch (delta["type"]?.string, block) {
        case ("thinking_delta", .thinking): return Self.event(delta["thinking"]) { .thinking(choice: 0, $0) }
        case ("signature_delta", .thinking):
            return Self.event(delta["signature"]) { .thinkingSignature(choice: 0, $0) }
        case ("citations_delta", .text):
            return delta["citation"].map { cite([$0], at: position) } ?? []
        case ("input_json_delta", .answer):
            let events = text(delta["partial_json"])
            if !events.isEmpty { open[position] = .answer(given: nil, hasText: true) }
            return events
        case ("input_json_delta", .call(let index, _, _)):
            let events = Self.event(delta["partial_json"]) { .toolArguments(choice: 0, index: index, $0) }
            if !events.isEmpty { open[position] = .call(index: index, given: nil, hasArguments: true) }
            return events
        default: return []
        }
    }

    /// A call whose arguments never came has none: `{}`, as every other format says it.
    mutating func stop(_ position: Int) -> [ModelEvent] {
        switch open.removeValue(forKey: position) {
        case .text: tellPages(at: position)
        case .answer(let given, hasText: false): [.text(choice: 0, given?.text ?? "{}")]
        case .call(let index, let given, hasArguments: false):
            [.toolArguments(choice: 0, index: index, given?.text ?? "{}")]
        case .thinking, .ignored, .answer, .call, nil: []
        }
    }

    private mutating func text(_ value: JSONValue?) -> [ModelEvent] {
        Self.event(value) {
            told += $0.unicodeScalars.count
            return .text(choice: 0, $0)
        }
    }

    /// Pages on the web wait for the end of the text that cites them; all else is told as it is.
    private mutating func cite(_ citations: [JSONValue], at position: Int) -> [ModelEvent] {
        var others: [JSONValue] = []
        for citation in citations {
            if AnthropicCitations.isPage(citation) {
                pages[position, default: []].append(citation)
            } else {
                others.append(citation)
            }
        }
        guard !others.isEmpty else { return [] }
        return [.citations(choice: 0, RawJSON(JSONWriter.bytes { $0.array { for one in others { $0.value(one) } } }))]
    }

    private mutating func tellPages(at position: Int) -> [ModelEvent] {
        let start = starts.removeValue(forKey: position) ?? told
        guard let cited = pages.removeValue(forKey: position) else { return [] }
        return [.citations(choice: 0, AnthropicCitations.common(cited, from: start, to: told))]
    }

    /// No event for an absent or an empty text.
    private static func event(_ value: JSONValue?, _ make: (String) -> ModelEvent) -> [ModelEvent] {
        guard let text = value?.string, !text.isEmpty else { return [] }
        return [make(text)]
    }
}
