internal import GatewayTypes
internal import JSON

/// Reads output items into events. A stream tells an item in pieces and then once more as a whole: what the pieces have told is
/// not told again.
struct ResponsesOutputReader: Sendable {
    /// What was told of one item.
    private struct Told: Sendable {
        var call: Int?
        /// Bytes of text, refusal, thinking or arguments.
        var bytes = 0
        var annotations = 0
        /// By the index of each text among its parts: the characters of the answer that stand before it.
        var starts: [Int: Int] = [:]
        var isEnded = false
    }

    private var told: [Int: Told] = [:]
    private var callCount = 0
    /// Of text so far.
    private var characters = 0
    private var isFinished = false

    func start(_ response: JSONValue) -> ModelEvent {
        .start(id: response["id"]?.string, model: response["model"]?.string, created: response["created_at"]?.int)
    }

    /// How many items were told, be it in part.
    var itemCount: Int { told.count }

    // MARK: - Pieces

    mutating func begin(_ item: JSONValue, at position: Int, into events: inout [ModelEvent]) {
        guard told[position]?.call == nil else { return }
        switch item["type"]?.string {
        case "function_call", "custom_tool_call": beginCall(item, at: position, into: &events)
        default: told[position] = told[position] ?? Told()
        }
    }

    mutating func add(_ event: ModelEvent, at position: Int, bytes: Int, into events: inout [ModelEvent]) {
        guard bytes > 0 else { return }
        told[position, default: Told()].bytes += bytes
        events.append(event)
    }

    mutating func addText(_ text: String, part: Int, at position: Int, into events: inout [ModelEvent]) {
        if told[position]?.starts[part] == nil { told[position, default: Told()].starts[part] = characters }
        characters += text.unicodeScalars.count
        add(.text(choice: 0, text), at: position, bytes: text.utf8.count, into: &events)
    }

    mutating func addArguments(_ text: String, at position: Int, into events: inout [ModelEvent]) {
        guard let call = told[position]?.call else { return }
        add(.toolArguments(choice: 0, index: call, text), at: position, bytes: text.utf8.count, into: &events)
    }

    mutating func annotate(
        _ annotation: JSONValue, part: Int, at position: Int, into events: inout [ModelEvent]
    ) {
        told[position, default: Told()].annotations += 1
        let before = told[position]?.starts[part] ?? characters
        events.append(.citations(choice: 0, ResponsesAnnotations.citations([annotation], after: before)))
    }

    /// A new part of a summary begins.
    mutating func beginSummary(_ index: Int, at position: Int, into events: inout [ModelEvent]) {
        guard index > 0, told[position]?.bytes ?? 0 > 0 else { return }
        add(.thinking(choice: 0, "\n\n"), at: position, bytes: 2, into: &events)
    }

    // MARK: - Whole items

    mutating func end(_ item: JSONValue, at position: Int, into events: inout [ModelEvent]) {
        guard told[position]?.isEnded != true else { return }
        switch item["type"]?.string {
        case "message": endMessage(item, at: position, into: &events)
        case "reasoning": endReasoning(item, at: position, into: &events)
        case "function_call", "custom_tool_call": endCall(item, at: position, into: &events)
        case let type?: events.append(.leftOut(type))
        case nil: break
        }
        told[position, default: Told()].isEnded = true
    }

    private mutating func endMessage(_ item: JSONValue, at position: Int, into events: inout [ModelEvent]) {
        let before = told[position] ?? Told()
        for (index, part) in (item["content"]?.elements.map(\.self) ?? []).enumerated() {
            if before.bytes == 0 {
                addText(part["text"]?.string ?? "", part: index, at: position, into: &events)
                if let logprobs = ResponsesLogprobs.common(part["logprobs"]) { events.append(logprobs) }
                let refusal = part["refusal"]?.string ?? ""
                add(.refusal(choice: 0, refusal), at: position, bytes: refusal.utf8.count, into: &events)
            }
            if before.annotations == 0, let list = part["annotations"], list.kind == .array, list.count > 0 {
                let start = told[position]?.starts[index] ?? characters
                events.append(
                    .citations(choice: 0, ResponsesAnnotations.citations(list.elements.map(\.self), after: start)))
            }
        }
    }

    private mutating func endReasoning(_ item: JSONValue, at position: Int, into events: inout [ModelEvent]) {
        if told[position]?.bytes ?? 0 == 0 {
            func texts(_ key: String) -> [String] {
                item.present(key)?.elements.compactMap { $0["text"]?.string }.filter { !$0.isEmpty } ?? []
            }
            let said = texts("content")
            let text = said.isEmpty ? texts("summary").joined(separator: "\n\n") : said.joined()
            add(.thinking(choice: 0, text), at: position, bytes: text.utf8.count, into: &events)
        }
        guard let data = item["encrypted_content"]?.string, !data.isEmpty else { return }
        let hasText = told[position]?.bytes ?? 0 > 0
        events.append(hasText ? .thinkingSignature(choice: 0, data) : .redactedThinking(choice: 0, data))
    }

    private mutating func beginCall(_ item: JSONValue, at position: Int, into events: inout [ModelEvent]) {
        told[position, default: Told()].call = callCount
        let id = item["call_id"]?.string ?? item["id"]?.string ?? "call_\(callCount)"
        events.append(
            .toolCall(choice: 0, index: callCount, id: id, name: item["name"]?.string ?? "", signature: nil))
        callCount += 1
    }

    private mutating func endCall(_ item: JSONValue, at position: Int, into events: inout [ModelEvent]) {
        if told[position]?.call == nil { beginCall(item, at: position, into: &events) }
        guard told[position]?.bytes ?? 0 == 0 else { return }
        let input = item["input"]?.string.map(ResponsesCustomTools.arguments)
        let arguments = item["arguments"].map { $0.string ?? RawJSON($0.raw).text } ?? input ?? ""
        addArguments(arguments.isEmpty ? "{}" : arguments, at: position, into: &events)
    }

    // MARK: - The end

    /// - Throws: `badAnswer` for a response that has not ended.
    mutating func finish(_ response: JSONValue, into events: inout [ModelEvent]) throws(UpstreamFailure) {
        guard !isFinished else { return }
        isFinished = true
        if let usage = ResponsesUsage.read(response["usage"]) { events.append(.usage(usage)) }
        let reason = response["incomplete_details"]?["reason"]?.string
        switch response["status"]?.string {
        case "completed", nil: events.append(.finish(choice: 0, callCount > 0 ? .toolCalls : .stop))
        case "incomplete": events.append(.finish(choice: 0, Self.reason(reason)))
        default: throw .noAnswer("it has not ended")
        }
    }

    static func reason(_ word: String?) -> FinishReason {
        switch word {
        case "max_output_tokens", "max_tokens", "length": .length
        case "content_filter": .contentFilter
        case let word?: .other(word)
        case nil: .length
        }
    }
}
