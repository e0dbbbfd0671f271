internal import GatewayTypes
internal import JSON

/// Reads one choice: its `message`, or its deltas one after the other.
struct ChatChoiceReader: Sendable {
    private let choice: Int
    private let isWhole: Bool
    private var calls: ChatCallReader
    private var hasReasoningText = false
    private var isFinished = false

    init(choice: Int, isWhole: Bool) {
        self.choice = choice
        self.isWhole = isWhole
        calls = ChatCallReader(choice: choice, isWhole: isWhole)
    }

    mutating func read(_ value: JSONValue, into events: inout [ModelEvent]) {
        // Perplexity sends the whole message so far beside each delta; a delta goes first, unless there is none.
        if let message = value.present("delta") ?? value.present("message") { read(message: message, into: &events) }
        if let logprobs = value["logprobs"], logprobs.kind == .object,
            logprobs.members.contains(where: { !$0.value.isNull })
        {
            events.append(.logprobs(choice: choice, RawJSON(logprobs.raw)))
        }
        finish(value, into: &events)
    }

    private mutating func read(message: JSONValue, into events: inout [ModelEvent]) {
        guard message.kind == .object else { return }
        readReasoning(message, into: &events)
        if let content = message["content"] { read(content: content, into: &events) }
        if let refusal = message["refusal"]?.string, !refusal.isEmpty {
            events.append(.refusal(choice: choice, refusal))
        }
        if let list = message["tool_calls"] {
            for call in list.elements { calls.read(call, into: &events) }
        }
        if let call = message["function_call"], call.kind == .object { calls.readLegacy(call, into: &events) }
        if let annotations = message["annotations"], annotations.kind == .array, annotations.count > 0 {
            events.append(.citations(choice: choice, RawJSON(annotations.raw)))
        }
        if let audio = message["audio"], audio.kind == .object, audio.members.contains(where: Self.saysSomething) {
            events.append(.audio(choice: choice, RawJSON(audio.raw)))
        }
    }

    /// An object whose texts are all empty and numbers all zero stands for none (Snowflake).
    private static func saysSomething(_ member: (key: String, value: JSONValue)) -> Bool {
        switch member.value.kind {
        case .string: !member.value.isString("")
        case .number: member.value.int != 0
        case .null: false
        case .object, .array, .bool: true
        }
    }

    /// `content` is a text or, with some providers, a list of parts.
    private mutating func read(content: JSONValue, into events: inout [ModelEvent]) {
        if let text = content.string {
            if !text.isEmpty { events.append(.text(choice: choice, text)) }
            return
        }
        for part in content.elements {
            let type = part["type"]?.string
            if type == "thinking" || type == "reasoning" {
                readThinking(part, into: &events)
            } else if let text = part["text"]?.string ?? part.string, !text.isEmpty {
                events.append(.text(choice: choice, text))
            }
        }
    }

    /// Mistral's `{"type":"thinking","thinking":[{"text"}]}` and Databricks's `{"type":"reasoning","summary":[{"text"}]}`.
    private mutating func readThinking(_ part: JSONValue, into events: inout [ModelEvent]) {
        for key in ["thinking", "summary"] {
            guard let list = part.present(key) else { continue }
            let texts = list.string.map { [$0] } ?? list.elements.compactMap { $0["text"]?.string }
            for text in texts where !text.isEmpty { events.append(.thinking(choice: choice, text)) }
        }
        if let signature = part["signature"]?.string ?? part["summary"]?[0]?["signature"]?.string, !signature.isEmpty {
            events.append(.thinkingSignature(choice: choice, signature))
        }
    }

    private mutating func readReasoning(_ message: JSONValue, into events: inout [ModelEvent]) {
        let details = message.present("reasoning_details")
        let text = message["reasoning_content"]?.string ?? message["reasoning"]?.string ?? ""
        if isWhole, let details, ChatReasoningDetails.hold(text, details) {
            ChatReasoningDetails.read(details, choice: choice, withText: true, into: &events)
        } else {
            if !text.isEmpty {
                hasReasoningText = true
                events.append(.thinking(choice: choice, text))
            }
            if let details {
                ChatReasoningDetails.read(details, choice: choice, withText: !hasReasoningText, into: &events)
            }
        }
        if let signature = ChatExtraContent.signature(of: message), !signature.isEmpty {
            events.append(.thinkingSignature(choice: choice, signature))
        }
    }

    /// A choice ends once, whatever is repeated in later chunks.
    private mutating func finish(_ value: JSONValue, into events: inout [ModelEvent]) {
        guard !isFinished else { return }
        let word = value["finish_reason"]?.string ?? ""
        guard
            var reason = ChatFinishReason.read(word, native: value["native_finish_reason"]?.string)
                ?? (isWhole ? .stop : nil)
        else { return }
        isFinished = true
        calls.finish(into: &events)
        if reason == .stop, calls.hasCalls { reason = .toolCalls }
        events.append(.finish(choice: choice, reason))
    }
}
