internal import GatewayTypes
internal import JSON

/// The list that carries signed and encrypted reasoning (OpenRouter's shape): `reasoning.text` with `text` and `signature`,
/// `reasoning.encrypted` with `data`, `reasoning.summary` with `summary`.
enum ChatReasoningDetails {
    /// Whether the details tell all of the reasoning text, so that they alone say what belongs to which signature.
    static func hold(_ text: String, _ details: JSONValue) -> Bool {
        var joined = ""
        for detail in details.elements { joined += textOf(detail) ?? "" }
        return !joined.isEmpty && (text.isEmpty || text == joined)
    }

    /// - Parameter withText: whether the texts are news; otherwise only signatures and encrypted parts are.
    static func read(_ details: JSONValue, choice: Int, withText: Bool, into events: inout [ModelEvent]) {
        for detail in details.elements {
            if let data = detail["data"]?.string, !data.isEmpty {
                events.append(.redactedThinking(choice: choice, data))
                continue
            }
            if withText, let text = textOf(detail), !text.isEmpty { events.append(.thinking(choice: choice, text)) }
            if let signature = detail["signature"]?.string, !signature.isEmpty {
                events.append(.thinkingSignature(choice: choice, signature))
            }
        }
    }

    /// The details of an earlier turn as thinking. Pieces of a stream that were kept apart are joined by their `index`.
    static func thinking(_ details: JSONValue) -> [Thinking] {
        var parts: [(index: Int?, thinking: Thinking)] = []
        for detail in details.elements {
            if let data = detail["data"]?.string {
                parts.append((nil, Thinking(text: "", redacted: data)))
                continue
            }
            let text = textOf(detail) ?? ""
            let signature = detail["signature"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let index = detail["index"]?.int
            if let last = parts.last, let index, last.index == index, last.thinking.signature == nil {
                parts[parts.count - 1].thinking.text += text
                parts[parts.count - 1].thinking.signature = signature
            } else if !text.isEmpty || signature != nil {
                parts.append((index, Thinking(text: text, signature: signature)))
            }
        }
        return parts.map(\.thinking)
    }

    private static func textOf(_ detail: JSONValue) -> String? { detail["text"]?.string ?? detail["summary"]?.string }
}
