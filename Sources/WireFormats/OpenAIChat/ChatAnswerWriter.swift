public import GatewayTypes
internal import JSON

/// Writes a chat completion, whole or as chunks.
public struct ChatAnswerWriter: ClientAnswerWriter {
    private let includeUsage: Bool
    private let isLegacy: Bool
    private var model: String
    private var id: String
    private var created: Int
    private var hasStarted = false
    private var begunChoices: Set<Int> = []
    private var usage: Usage?
    private var thinking: [Int: ThinkingBlocks] = [:]
    /// A chunk up to its choices: what names the answer stays as it is once it has begun.
    private var head: [UInt8] = []

    public init(_ request: ClientRequest, from target: UpstreamTarget) {
        self.init(
            includeUsage: request.includeUsage, model: target.model.name, id: "chatcmpl-\(target.answerID)",
            created: target.created, isLegacy: OpenAIChat.isLegacy(request.json))
    }

    /// - Parameters:
    ///   - model, id, created: stand in the answer where the upstream names none.
    ///   - isLegacy: whether the caller knows functions, from the time before tools: a call is then told as
    ///     `function_call`. There can be one, so only the first of several is told.
    public init(includeUsage: Bool, model: String, id: String, created: Int, isLegacy: Bool = false) {
        self.includeUsage = includeUsage
        self.isLegacy = isLegacy
        self.model = model
        self.id = id
        self.created = created
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] {
        var output: [UInt8] = []
        // Nearly all of a stream is one more piece of a text.
        if events.count == 1, case .text(let choice, let text) = events[0], begunChoices.contains(choice) {
            thinking[choice]?.interrupt()
            write(text, of: choice, to: &output)
            return output
        }
        var draft: ChatDraft?
        for event in events {
            if case .start(let id, let model, let created) = event {
                let isFirst = !hasStarted
                start(id: id, model: model, created: created)
                if isFirst { begin(0, to: &output) }
                continue
            }
            if case .usage(let usage) = event {
                self.usage = usage
                continue
            }
            guard let choice = event.choice else { continue }
            if let open = draft, open.choice != choice || event.isOnePerChunk {
                flush(open, to: &output)
                draft = nil
            }
            start(id: nil, model: nil, created: nil)
            begin(choice, to: &output)
            var open = draft ?? ChatDraft(choice: choice, isLegacy: isLegacy)
            add(event, to: &open)
            draft = open
        }
        if let open = draft { flush(open, to: &output) }
        return output
    }

    /// The end of a choice that others have begun in this stream.
    mutating func finish(_ choice: Int, _ reason: FinishReason) -> [UInt8] {
        begunChoices.insert(choice)
        return stream([.finish(choice: choice, reason)])
    }

    public mutating func end() -> [UInt8] {
        start(id: nil, model: nil, created: nil)
        var output: [UInt8] = []
        if includeUsage, let usage {
            chunk(to: &output, choices: { _ in }, usage: usage)
        }
        output += "data: [DONE]\n\n".utf8
        return output
    }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] {
        var drafts: [ChatDraft] = []
        for event in events {
            switch event {
            case .start(let id, let model, let created): start(id: id, model: model, created: created)
            case .usage(let usage): self.usage = usage
            default:
                guard let choice = event.choice else { continue }
                let position = drafts.firstIndex { $0.choice == choice } ?? drafts.count
                if position == drafts.count { drafts.append(ChatDraft(choice: choice, isLegacy: isLegacy)) }
                add(event, to: &drafts[position])
            }
        }
        drafts.sort { $0.choice < $1.choice }
        var writer = JSONWriter(capacity: 1024)
        writer.object {
            $0.member("id", id)
            $0.member("object", "chat.completion")
            $0.member("created", created)
            $0.member("model", model)
            $0.key("choices")
            $0.array { for draft in drafts { writeChoice(draft, to: &$0) } }
            if let usage {
                $0.key("usage")
                ChatUsage.write(usage, to: &$0)
            }
        }
        return writer.bytes
    }

    /// The first start of a stream names the answer; a continuation keeps that name.
    private mutating func start(id: String?, model: String?, created: Int?) {
        guard !hasStarted else { return }
        hasStarted = true
        if let id, !id.isEmpty { self.id = id }
        if let model, !model.isEmpty { self.model = model }
        if let created, created > 0 { self.created = created }
    }

    /// The chunk that opens a choice: its role and nothing said yet.
    private mutating func begin(_ choice: Int, to output: inout [UInt8]) {
        let isLegacy = isLegacy
        guard begunChoices.insert(choice).inserted else { return }
        chunk(to: &output) {
            Self.writeChunkChoice(choice, finish: nil, isLegacy: isLegacy, logprobs: { $0.null() }, to: &$0) {
                $0.member("role", "assistant")
                $0.member("content", "")
                $0.key("refusal")
                $0.null()
            }
        }
    }

    private mutating func add(_ event: ModelEvent, to draft: inout ChatDraft) {
        let choice = draft.choice
        switch event {
        case .text(_, let text): draft.text = (draft.text ?? "") + text
        case .refusal(_, let text): draft.refusal = (draft.refusal ?? "") + text
        case .thinking(_, let text):
            draft.reasoning = (draft.reasoning ?? "") + text
            thinking[choice, default: ThinkingBlocks()].add(text)
            return
        case .thinkingSignature(_, let signature):
            draft.details.append(thinking[choice, default: ThinkingBlocks()].sign(signature))
        case .redactedThinking(_, let data):
            draft.details.append(thinking[choice, default: ThinkingBlocks()].redacted(data))
        case .toolCall(_, let index, let id, let name, let signature):
            draft.begin(ChatDraft.Call(index: index, id: id, name: name, signature: signature))
        case .toolArguments(_, let index, let text): draft.addArguments(text, index: index)
        case .citations(_, let list): draft.citations.append(list)
        case .logprobs(_, let logprobs): draft.logprobs.append(logprobs)
        case .audio(_, let audio): draft.audio.append(audio)
        case .finish(_, let reason): draft.finish = reason
        case .start, .usage, .leftOut: return
        }
        thinking[choice]?.interrupt()
    }

    private mutating func write(_ text: String, of choice: Int, to output: inout [UInt8]) {
        let isLegacy = isLegacy
        chunk(to: &output) {
            Self.writeChunkChoice(choice, finish: nil, isLegacy: isLegacy, logprobs: { $0.null() }, to: &$0) {
                $0.field("content", text)
            }
        }
    }

    private mutating func flush(_ draft: ChatDraft, to output: inout [UInt8]) {
        let isLegacy = isLegacy
        if draft.hasDelta {
            chunk(to: &output) {
                Self.writeChunkChoice(
                    draft.choice, finish: nil, isLegacy: isLegacy,
                    logprobs: { if draft.logprobs.isEmpty { $0.null() } else { draft.writeLogprobs(to: &$0) } }, to: &$0
                ) { draft.writeDelta(to: &$0) }
            }
        }
        if let finish = draft.finish {
            chunk(to: &output) {
                Self.writeChunkChoice(
                    draft.choice, finish: finish, isLegacy: isLegacy, logprobs: { $0.null() }, to: &$0
                ) { _ in }
            }
        }
    }

    private static func writeChunkChoice(
        _ choice: Int, finish: FinishReason?, isLegacy: Bool, logprobs: (inout JSONWriter) -> Void,
        to writer: inout JSONWriter, delta: (inout JSONWriter) -> Void
    ) {
        writer.object {
            $0.field("index", choice)
            $0.field("delta", object: delta)
            $0.put("logprobs")
            logprobs(&$0)
            writeFinish(finish, isLegacy: isLegacy, to: &$0)
        }
    }

    private func writeChoice(_ draft: ChatDraft, to writer: inout JSONWriter) {
        writer.object {
            $0.member("index", draft.choice)
            $0.key("message")
            $0.object { draft.writeMessage(to: &$0) }
            $0.key("logprobs")
            if draft.logprobs.isEmpty { $0.null() } else { draft.writeLogprobs(to: &$0) }
            Self.writeFinish(draft.finish ?? (draft.calls.isEmpty ? .stop : .toolCalls), isLegacy: isLegacy, to: &$0)
        }
    }

    private static func writeFinish(_ finish: FinishReason?, isLegacy: Bool, to writer: inout JSONWriter) {
        guard let finish else { return writer.field("finish_reason", raw: "null") }
        let isCall = isLegacy && finish == .toolCalls
        writer.member("finish_reason", isCall ? "function_call" : ChatFinishReason.word(for: finish))
        if let native = ChatFinishReason.nativeWord(for: finish) { writer.member("native_finish_reason", native) }
    }

    private mutating func chunk(
        to output: inout [UInt8], choices: (inout JSONWriter) -> Void, usage: Usage? = nil
    ) {
        if head.isEmpty { head = makeHead() }
        let start = output.count
        if output.isEmpty { output.reserveCapacity(head.count + 192) }
        output += head
        var writer = JSONWriter(after: output.taken())
        writer.array(choices)
        if includeUsage {
            writer.put("usage")
            if let usage { ChatUsage.write(usage, to: &writer) } else { writer.null() }
        }
        writer.endObject()
        output = writer.finished()
        output.joinLines(from: start)
        output += "\n\n".utf8
    }

    private func makeHead() -> [UInt8] {
        var writer = JSONWriter(after: Array("data: ".utf8))
        writer.beginObject()
        writer.field("id", id)
        writer.field("object", word: "chat.completion.chunk")
        writer.field("created", created)
        writer.field("model", model)
        writer.put("choices")
        return writer.finished()
    }
}
