internal import GatewayTypes
internal import JSON

/// Reads from chunks that pass through what the summary of an answer holds, and makes no text of the rest.
struct ChatScan: Sendable {
    private(set) var choices = OpenChoices()
    private var hasCalls: UInt64 = 0

    var hasToolCalls: Bool { hasCalls != 0 }

    mutating func read(_ chunk: JSONValue, choices list: JSONValue?, isWhole: Bool, into summary: inout AnswerSummary) {
        if summary.model == nil, let model = chunk["model"]?.string, !model.isEmpty { summary.model = model }
        if let list {
            for choice in list.elements { read(choice, isWhole: isWhole, into: &summary) }
        }
        if let usage = ChatUsage.read(chunk["usage"]) ?? ChatUsage.read(chunk["x_groq"]?["usage"]) {
            summary.usage = usage
        }
    }

    private mutating func read(_ choice: JSONValue, isWhole: Bool, into summary: inout AnswerSummary) {
        let index = choice["index"]?.int ?? 0
        choices.begin(index)
        if let said = choice.present("delta") ?? choice.present("message") {
            let bytes = output(of: said, choice: index)
            if bytes > 0 {
                summary.hasFirstToken = true
                summary.outputBytes += bytes
            }
        }
        let word = choice["finish_reason"]?.string ?? ""
        guard
            var reason = ChatFinishReason.read(word, native: choice["native_finish_reason"]?.string)
                ?? (isWhole ? .stop : nil)
        else { return }
        if reason == .stop, index >= 0, index < 64, hasCalls & 1 << UInt64(index) != 0 { reason = .toolCalls }
        choices.end(index)
        summary.hasFirstToken = true
        summary.finish = reason
    }

    /// Bytes of text, thinking, arguments and audio in a delta; escapes count as they stand.
    private mutating func output(of said: JSONValue, choice: Int) -> Int {
        var bytes = Self.length(said["content"]) + Self.length(said["refusal"])
        bytes += max(Self.length(said["reasoning_content"]), Self.length(said["reasoning"]))
        if bytes == 0 { bytes += Self.length(said["reasoning_details"]) }
        if let calls = said["tool_calls"], calls.kind == .array, calls.count > 0 {
            if choice >= 0, choice < 64 { hasCalls |= 1 << UInt64(choice) }
            for call in calls.elements {
                bytes += 1 + Self.length(call["function"]?["name"]) + Self.length(call["function"]?["arguments"])
            }
        }
        if let call = said["function_call"], Self.length(call["name"]) > 0 || Self.length(call["arguments"]) > 0 {
            bytes += Self.length(call["name"]) + Self.length(call["arguments"])
        }
        if let audio = said["audio"], audio.kind == .object, audio.count > 0 { bytes += 1 }
        return bytes
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
