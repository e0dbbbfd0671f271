internal import GatewayTypes
internal import JSON

/// What one choice said: since the last chunk, or in the whole answer.
struct GeminiCandidate: Sendable {
    enum Part: Sendable {
        case text(String)
        case thought(String, signature: String?)
        case call(ToolCall, signature: String?)
        case media(type: String, data: String)
        /// A signature that belongs to no part that came after it.
        case signature(String)
    }

    let index: Int
    /// Whether the caller is shown what the model thought.
    private let showsThoughts: Bool
    private(set) var parts: [Part] = []
    private(set) var citations: [RawJSON] = []
    private(set) var logprobs: [RawJSON] = []
    private(set) var finish: FinishReason?
    private var hasRefused = false
    /// The text so far, of which a source's place counts the bytes.
    private(set) var text: [UInt8] = []
    private var calls = OpenCalls()
    /// Thinking that is not shown, until its signature comes.
    private var hidden = ""

    init(index: Int, showsThoughts: Bool) {
        self.index = index
        self.showsThoughts = showsThoughts
    }

    var hasContent: Bool { !parts.isEmpty || !citations.isEmpty || !logprobs.isEmpty }

    mutating func add(_ event: ModelEvent) {
        switch event {
        case .text(_, let text): add(text: text)
        case .refusal(_, let text):
            hasRefused = true
            add(text: text)
        case .thinking(_, let text): add(thinking: text)
        case .thinkingSignature(_, let signature): sign(signature)
        case .redactedThinking(_, let data):
            tellCompleteCalls()
            parts.append(.thought("", signature: GeminiThoughtSignature.redacted(data).text))
        case .toolCall(_, let index, let id, let name, let signature):
            calls.begin(index, id: id, name: name, signature: signature)
        case .toolArguments(_, let index, let text): calls.add(text, to: index)
        case .citations(_, let list): citations.append(list)
        case .logprobs(_, let list): logprobs.append(list)
        case .audio(_, let audio): add(audio: audio)
        case .finish(_, let reason):
            tell(calls.takeAll())
            finish = reason == .stop && hasRefused ? .refusal : reason
        case .start, .usage, .leftOut: return
        }
    }

    /// No more comes: some providers begin calls after they have finished.
    mutating func close() { tell(calls.takeAll()) }

    /// What was said is written.
    mutating func clear() {
        parts = []
        citations = []
        logprobs = []
    }

    private mutating func add(text: String) {
        guard !text.isEmpty else { return }
        self.text += text.utf8
        tellCompleteCalls()
        if case .text(var whole) = parts.last {
            parts[parts.count - 1] = .text("")  // leaves one owner, so that the text grows in place
            whole += text
            parts[parts.count - 1] = .text(whole)
        } else {
            parts.append(.text(text))
        }
    }

    private mutating func add(thinking text: String) {
        guard !text.isEmpty else { return }
        tellCompleteCalls()
        guard showsThoughts else {
            hidden += text
            return
        }
        if case .thought(var whole, nil) = parts.last {
            parts[parts.count - 1] = .thought("", signature: nil)
            whole += text
            parts[parts.count - 1] = .thought(whole, signature: nil)
        } else {
            parts.append(.thought(text, signature: nil))
        }
    }

    private mutating func sign(_ signature: String) {
        guard showsThoughts else {
            parts.append(.signature(GeminiThoughtSignature.hiddenThinking(text: hidden, signature: signature).text))
            hidden = ""
            return
        }
        let wrapped = GeminiThoughtSignature.thinking(signature).text
        if case .thought(let text, nil) = parts.last {
            parts[parts.count - 1] = .thought(text, signature: wrapped)
        } else {
            parts.append(.thought("", signature: wrapped))
        }
    }

    /// Sound in OpenAI's shape: base64, and what was said in it.
    private mutating func add(audio: RawJSON) {
        guard let piece = try? JSONValue.parse(audio.bytes) else { return }
        tellCompleteCalls()
        if let data = piece["data"]?.string, !data.isEmpty { parts.append(.media(type: "audio/wav", data: data)) }
        if let words = piece["transcript"]?.string { add(text: words) }
    }

    private mutating func tellCompleteCalls() {
        if !calls.isEmpty { tell(calls.takeComplete()) }
    }

    private mutating func tell(_ calls: [ToolCall]) {
        for call in calls {
            parts.append(.call(call, signature: call.signature.map { GeminiThoughtSignature.call($0).text }))
        }
    }
}
