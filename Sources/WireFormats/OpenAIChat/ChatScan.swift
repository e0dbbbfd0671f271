internal import GatewayTypes
internal import JSON

/// Reads from chunks that pass through what the summary of an answer holds, and makes no text of the rest.
struct ChatScan: Sendable {
    private(set) var choices = OpenChoices()
    private var hasCalls: UInt64 = 0

    var hasToolCalls: Bool { hasCalls != 0 }

    mutating func read(_ chunk: ChatChunk, isWhole: Bool, into summary: inout AnswerSummary) {
        if summary.model == nil, let model = chunk.model?.string, !model.isEmpty { summary.model = model }
        if let choices = chunk.choices {
            for choice in choices.elements { read(ChatChunkChoice(choice), isWhole: isWhole, into: &summary) }
        }
        if let usage = ChatUsage.read(chunk.usage) ?? ChatUsage.read(chunk.groq?["usage"]) { summary.usage = usage }
    }

    private mutating func read(_ choice: ChatChunkChoice, isWhole: Bool, into summary: inout AnswerSummary) {
        let index = choice.index?.int ?? 0
        choices.begin(index)
        let delta = choice.delta.flatMap { $0.isNull ? nil : $0 }
        if let said = delta ?? choice.message {
            let bytes = output(of: said, choice: index)
            if bytes > 0 {
                summary.hasFirstToken = true
                summary.outputBytes += bytes
            }
        }
        let word = choice.finishReason?.string ?? ""
        guard
            var reason = ChatFinishReason.read(word, native: choice.nativeFinishReason?.string)
                ?? (isWhole ? .stop : nil)
        else { return }
        if reason == .stop, index >= 0, index < 64, hasCalls & 1 << UInt64(index) != 0 { reason = .toolCalls }
        choices.end(index)
        summary.hasFirstToken = true
        summary.finish = reason
    }

    /// Bytes of text, thinking, arguments and audio in a delta; escapes count as they stand.
    private mutating func output(of said: JSONValue, choice: Int) -> Int {
        var text = 0
        var thinking = 0
        var details = 0
        var doing = 0
        var hasCall = false
        said.eachMember { key, value in
            switch key {
            case "content", "refusal": text += Self.length(value)
            case "reasoning_content", "reasoning": thinking = max(thinking, Self.length(value))
            case "reasoning_details": details = Self.length(value)
            case "tool_calls":
                guard value.kind == .array, value.count > 0 else { break }
                hasCall = true
                for call in value.elements { doing += 1 + Self.length(ofCall: call["function"]) }
            case "function_call": doing += Self.length(ofCall: value)
            case "audio": if value.kind == .object, value.count > 0 { doing += 1 }
            default: break
            }
        }
        if hasCall, choice >= 0, choice < 64 { hasCalls |= 1 << UInt64(choice) }
        return (text + thinking > 0 ? text + thinking : details) + doing
    }

    private static func length(ofCall call: JSONValue?) -> Int {
        length(call?["name"]) + length(call?["arguments"])
    }

    /// The bytes of a string, or of a list of parts that is not empty.
    private static func length(_ value: JSONValue?) -> Int {
        guard let value else { return 0 }
        switch value.kind {
        case .string: return value.range.count - 2
        case .array: return value.count == 0 ? 0 : value.range.count - 2
        case .object, .number, .bool, .null: return 0
        }
    }
}
