public import GatewayTypes
internal import JSON

/// Writes an answer of `/api/chat` or `/api/generate`, whole or as lines.
///
/// How long it took is measured from the begin of the attempt: to the first token it counts for the prompt, from there for
/// the answer.
public struct OllamaAnswerWriter: ClientAnswerWriter {
    enum Shape { case message, response }

    private let shape: Shape
    private let created: Int
    private let began: ContinuousClock.Instant?
    private var model: String
    private var hasStarted = false
    private var said = OllamaDraft()
    private var calls = OpenCalls()
    private var callCount = 0
    private var finish: FinishReason?
    private var hasRefused = false
    private var usage: Usage?
    private var firstToken: Duration?

    public init(_ request: ClientRequest, from target: UpstreamTarget) { self.init(from: target, shape: .message) }

    init(from target: UpstreamTarget, shape: Shape) {
        self.shape = shape
        created = target.created
        began = target.began
        model = target.model.name
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { add(event) }
        guard !said.isEmpty else { return [] }
        firstToken = firstToken ?? elapsed
        defer { said = OllamaDraft() }
        return line(isDone: false) + [UInt8(ascii: "\n")]
    }

    public mutating func end() -> [UInt8] {
        tell(calls.takeAll())
        return line(isDone: true) + [UInt8(ascii: "\n")]
    }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { add(event) }
        tell(calls.takeAll())
        return line(isDone: true)
    }

    public static func leftOut(of event: ModelEvent) -> String? {
        switch event {
        case .citations: "citations"
        case .audio: "audio"
        case .thinkingSignature: "thinking_signature"
        case .redactedThinking: "redacted_thinking"
        case .toolCall(_, _, _, _, let signature): signature == nil ? nil : "tool_call_signature"
        case .start, .text, .refusal, .thinking, .toolArguments, .logprobs, .finish, .leftOut, .usage: nil
        }
    }

    private var elapsed: Duration { began.map { $0.duration(to: .now) } ?? .zero }

    private mutating func add(_ event: ModelEvent) {
        guard event.choice ?? 0 == 0 else { return }  // there is room for one
        switch event {
        case .start(_, let model, _):
            guard !hasStarted else { return }
            hasStarted = true
            if let model, !model.isEmpty { self.model = model }
        case .text(_, let text): add(text)
        case .refusal(_, let text):
            hasRefused = true
            add(text)
        case .thinking(_, let text):
            tell(calls.takeComplete())
            said.thinking += text
        case .toolCall(_, let index, let id, let name, let signature):
            calls.begin(index, id: id, name: name, signature: signature)
        case .toolArguments(_, let index, let text): calls.add(text, to: index)
        case .logprobs(_, let list): said.logprobs.append(list)
        case .finish(_, let reason):
            tell(calls.takeAll())
            finish = reason == .stop && hasRefused ? .refusal : reason
        case .usage(let usage): self.usage = usage
        case .thinkingSignature, .redactedThinking, .citations, .audio, .leftOut: return
        }
    }

    private mutating func add(_ text: String) {
        tell(calls.takeComplete())
        said.text += text
    }

    private mutating func tell(_ calls: [ToolCall]) {
        for call in calls {
            said.calls.append((callCount, call))
            callCount += 1
        }
    }

    private func line(isDone: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 384)
        writer.object { writer in
            writer.member("model", model)
            writer.member("created_at", OllamaTime.text(created))
            switch shape {
            case .message: said.writeMessage(to: &writer)
            case .response: said.writeResponse(to: &writer)
            }
            writer.member("done", isDone)
            if isDone { writeEnd(to: &writer) }
            said.writeLogprobs(to: &writer)
        }
        return writer.bytes
    }

    private func writeEnd(to writer: inout JSONWriter) {
        writer.member("done_reason", Self.word(of: finish))
        let total = elapsed
        let first = firstToken ?? total
        writer.member("total_duration", total.nanoseconds)
        writer.member("load_duration", 0)
        if let usage { writer.member("prompt_eval_count", usage.promptTokens) }
        writer.member("prompt_eval_duration", first.nanoseconds)
        if let usage { writer.member("eval_count", usage.completionTokens) }
        writer.member("eval_duration", (total - first).nanoseconds)
    }

    /// Ollama itself knows `stop` and `length`; what is neither is told in a word of its own. A paused answer is unfinished.
    private static func word(of reason: FinishReason?) -> String {
        switch reason {
        case .stop, .toolCalls, nil: "stop"
        case .length, .pause: "length"
        case .contentFilter: "content_filter"
        case .refusal: "refusal"
        case .error(let word), .other(let word): word
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}
