public import GatewayTypes
internal import JSON

/// Writes a message, whole or as the events of a stream.
///
/// Blocks come one after the other here. Where a provider's tool calls come interleaved, the later ones wait until the
/// arguments of the first are complete.
public struct AnthropicAnswerWriter: ClientAnswerWriter {
    private var id: String
    private var model: String
    /// The gateway's own count of the prompt, for the answers of providers that do not count.
    private let promptTokens: Int
    private var blocks: [AnthropicBlockDraft] = []
    /// The place in the message of the first of `blocks`.
    private var place = 0
    private var usage: Usage?
    private var outputBytes = 0
    private var finish: FinishReason?
    private var hasRefused = false
    private var isNamed = false
    private var hasStarted = false

    public init(_ request: ClientRequest, from target: UpstreamTarget) {
        id = "msg_\(target.answerID)"
        model = target.model.name
        promptTokens = request.needs.promptTokens
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { take(event) }
        var output: [UInt8] = []
        start(to: &output)
        flush(to: &output)
        return output
    }

    public mutating func end() -> [UInt8] {
        var output: [UInt8] = []
        start(to: &output)
        flush(to: &output)
        while !blocks.isEmpty {
            blocks[0].write(at: place, to: &output)
            stop(to: &output)
        }
        AnthropicEvent.append("message_delta", to: &output) {
            $0.member(
                "delta",
                object: {
                    $0.member("stop_reason", stopReason)
                    writeNulls(["stop_sequence", "stop_details", "container"], to: &$0)
                })
            $0.key("usage")
            AnthropicUsage.write(counts, to: &$0)
        }
        output += AnthropicEvent.messageStop
        return output
    }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { take(event) }
        return JSONWriter.bytes { writer in
            writer.object {
                writeHead(to: &$0)
                $0.member("content", array: { for block in blocks { block.writeWhole(to: &$0) } })
                $0.member("stop_reason", stopReason)
                writeNulls(["stop_sequence", "stop_details"], to: &$0)
                $0.key("usage")
                AnthropicUsage.write(counts, to: &$0)
            }
        }
    }

    public static func leftOut(of event: ModelEvent) -> String? {
        switch event {
        case .logprobs: "logprobs"
        case .audio: "audio"
        case .citations(_, let list): AnthropicCitations.leavesOut(list) ? "citations" : nil
        case .text(let choice, _), .toolCall(let choice, _, _, _, _): choice == 0 ? nil : "choices"
        case .start, .refusal, .thinking, .thinkingSignature, .redactedThinking, .toolArguments, .finish, .leftOut,
            .usage:
            nil
        }
    }

    // MARK: - What the upstream says

    private mutating func take(_ event: ModelEvent) {
        switch event {
        case .start(let id, let model, _): name(id: id, model: model)
        case .text(0, let text): add(text, to: .text)
        case .refusal(0, let text):
            hasRefused = true
            add(text, to: .text)
        case .thinking(0, let text): add(text, to: .thinking)
        case .thinkingSignature(0, let signature):
            if blocks.last?.kind != .thinking || blocks[blocks.count - 1].isSigned { begin(.thinking) }
            blocks[blocks.count - 1].sign(signature)
        case .redactedThinking(0, let data): begin(.redacted(data))
        case .toolCall(0, let index, let id, let name, let signature):
            if let signature { carry(signature) }
            outputBytes += name.utf8.count
            begin(.call(index: index, id: id, name: name))
        case .toolArguments(0, let index, let text):
            outputBytes += text.utf8.count
            let position = blocks.lastIndex {
                if case .call(index, _, _) = $0.kind { true } else { false }
            }
            if let position { blocks[position].add(arguments: text) }
        case .citations(0, let list):
            if blocks.last?.kind != .text { begin(.text) }
            blocks[blocks.count - 1].citations.append(list)
        case .finish(0, let reason): finish = reason
        case .usage(let usage): self.usage = usage
        // Nobody asks for more than one choice, for logprobs or for sound in this dialect.
        case .text, .refusal, .thinking, .thinkingSignature, .redactedThinking, .toolCall, .toolArguments, .citations,
            .finish, .logprobs, .audio, .leftOut:
            return
        }
    }

    private mutating func begin(_ kind: AnthropicBlockDraft.Kind) { blocks.append(AnthropicBlockDraft(kind)) }

    private mutating func add(_ text: String, to kind: AnthropicBlockDraft.Kind) {
        outputBytes += text.utf8.count
        let isNew = blocks.last?.kind != kind || blocks[blocks.count - 1].isSigned
        if isNew { begin(kind) }
        blocks[blocks.count - 1].text += text
    }

    /// A call cannot be signed here, so the signature (Gemini's) travels with the thinking right before it, or with thinking
    /// without words, and is given back to the call that follows.
    private mutating func carry(_ signature: String) {
        if blocks.last?.kind != .thinking || blocks[blocks.count - 1].isSigned { begin(.thinking) }
        blocks[blocks.count - 1].sign(signature)
    }

    /// The first start names the answer; a continuation keeps that name.
    private mutating func name(id: String?, model: String?) {
        guard !isNamed else { return }
        isNamed = true
        if let id, id.hasPrefix("msg_") { self.id = id }
        if let model, !model.isEmpty { self.model = model }
    }

    // MARK: - What the caller is told

    private mutating func start(to output: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        isNamed = true
        AnthropicEvent.append("message_start", to: &output) {
            $0.member(
                "message",
                object: {
                    writeHead(to: &$0)
                    $0.member("content", array: { _ in })
                    writeNulls(["stop_reason", "stop_sequence", "stop_details"], to: &$0)
                    $0.key("usage")
                    AnthropicUsage.write(usage ?? Usage(promptTokens: promptTokens), to: &$0)
                })
        }
        output += AnthropicEvent.ping
    }

    private func writeHead(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("type", "message")
        writer.member("role", "assistant")
        writer.member("model", model)
        writeNulls(["container"], to: &writer)
    }

    /// What only Anthropic could tell, and its schema asks for.
    private func writeNulls(_ keys: [String], to writer: inout JSONWriter) {
        for key in keys { writer.member(key, orNull: nil as String?) }
    }

    /// Writes the first block as far as it has come, and those after it while the one before is complete.
    private mutating func flush(to output: inout [UInt8]) {
        while !blocks.isEmpty {
            blocks[0].write(at: place, to: &output)
            guard blocks.count > 1, blocks[0].isComplete else { return }
            stop(to: &output)
        }
    }

    private mutating func stop(to output: inout [UInt8]) {
        AnthropicEvent.append("content_block_stop", to: &output) { $0.member("index", place) }
        blocks.removeFirst()
        place += 1
    }

    private var counts: Usage {
        usage ?? Usage(promptTokens: promptTokens, completionTokens: (outputBytes + 3) / 4)
    }

    private var stopReason: String {
        switch finish {
        case .stop: hasRefused ? "refusal" : "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter, .refusal: "refusal"
        case .pause: "pause_turn"
        case .error(let word), .other(let word): word
        case nil: blocks.contains { if case .call = $0.kind { true } else { false } } ? "tool_use" : "end_turn"
        }
    }
}
