internal import GatewayTypes
internal import JSON

/// What one choice said: of one chunk, or of the whole answer.
struct ChatDraft: Sendable {
    enum Detail: Sendable {
        case text(String, signature: String)
        case encrypted(String)
    }

    struct Call: Sendable {
        var index: Int
        /// Set in the piece that begins the call.
        var id: String?
        var name: String?
        var arguments: String?
        var signature: String?
    }

    var choice: Int
    var text: String?
    var refusal: String?
    var reasoning: String?
    /// Each with its position among all details of the choice.
    var details: [(index: Int, Detail)] = []
    var calls: [Call] = []
    var citations: [RawJSON] = []
    var logprobs: [RawJSON] = []
    var audio: [RawJSON] = []
    var finish: FinishReason?

    /// Whether a call is written as `function_call`, of which there can be one.
    private let isLegacy: Bool

    init(choice: Int, isLegacy: Bool = false) {
        self.choice = choice
        self.isLegacy = isLegacy
    }

    /// The calls that the caller can be told of.
    private var toldCalls: [Call] { isLegacy ? calls.filter { $0.index == 0 } : calls }

    var hasDelta: Bool {
        text != nil || refusal != nil || reasoning != nil || !details.isEmpty || !toldCalls.isEmpty
            || !citations.isEmpty
            || !logprobs.isEmpty || !audio.isEmpty
    }

    mutating func begin(_ call: Call) { calls.append(call) }

    mutating func addArguments(_ text: String, index: Int) {
        if let position = calls.lastIndex(where: { $0.index == index }) {
            calls[position].arguments = (calls[position].arguments ?? "") + text
        } else {
            calls.append(Call(index: index, arguments: text))
        }
    }
}

extension ChatDraft {
    /// The members of a `delta`.
    func writeDelta(to writer: inout JSONWriter) {
        if let text { writer.member("content", text) }
        if let refusal { writer.member("refusal", refusal) }
        writeReasoning(to: &writer)
        writeCalls(arePieces: true, to: &writer)
        writeExtras(to: &writer)
    }

    /// The members of a `message`, all that its schema requires.
    func writeMessage(to writer: inout JSONWriter) {
        writer.member("role", "assistant")
        writer.key("content")
        if let text { writer.string(text) } else { writer.null() }
        writer.key("refusal")
        if let refusal { writer.string(refusal) } else { writer.null() }
        writeReasoning(to: &writer)
        writeCalls(arePieces: false, to: &writer)
        writeExtras(to: &writer)
    }

    /// The value of `logprobs`: the lists of all pieces joined.
    func writeLogprobs(to writer: inout JSONWriter) {
        if logprobs.count == 1 { return writer.raw(logprobs[0].bytes) }
        let pieces = logprobs.compactMap { try? JSONValue.parse($0.bytes) }
        guard !pieces.isEmpty else { return writer.null() }
        writer.object { writer in
            for key in ["content", "refusal"] {
                let lists = pieces.compactMap { $0.present(key) }
                writer.key(key)
                if lists.isEmpty { writer.null() } else { writer.array { join(lists, to: &$0) } }
            }
        }
    }

    private func writeReasoning(to writer: inout JSONWriter) {
        if let reasoning { writer.member("reasoning_content", reasoning) }
        guard !details.isEmpty else { return }
        writer.key("reasoning_details")
        writer.array { writer in
            for (index, detail) in details {
                writer.object {
                    switch detail {
                    case .text(let text, let signature):
                        $0.member("type", "reasoning.text")
                        $0.member("text", text)
                        $0.member("signature", signature)
                    case .encrypted(let data):
                        $0.member("type", "reasoning.encrypted")
                        $0.member("data", data)
                    }
                    $0.member("index", index)
                }
            }
        }
    }

    private func writeCalls(arePieces: Bool, to writer: inout JSONWriter) {
        let calls = toldCalls
        guard !calls.isEmpty else { return }
        if isLegacy {
            writer.key("function_call")
            return writeFunction(of: calls[0], isPiece: arePieces, to: &writer)
        }
        writer.key("tool_calls")
        writer.array { for call in calls { write(call, isPiece: arePieces, to: &$0) } }
    }

    private func writeFunction(of call: Call, isPiece: Bool, to writer: inout JSONWriter) {
        writer.object {
            if let name = call.name { $0.member("name", name) }
            $0.member("arguments", call.arguments ?? (isPiece ? "" : "{}"))
        }
    }

    private func write(_ call: Call, isPiece: Bool, to writer: inout JSONWriter) {
        writer.object {
            if isPiece { $0.member("index", call.index) }
            if let id = call.id {
                $0.member("id", id)
                $0.member("type", "function")
            }
            $0.key("function")
            writeFunction(of: call, isPiece: isPiece, to: &$0)
            if let signature = call.signature { ChatExtraContent.write(signature, to: &$0) }
        }
    }

    /// Citations of OpenAI's shape are `annotations`; another provider's keep their shape under `citations`.
    private func writeExtras(to writer: inout JSONWriter) {
        let all = citations.compactMap { try? JSONValue.parse($0.bytes) }.flatMap { $0.elements.map(\.self) }
        for (key, isOpenAIs) in [("annotations", true), ("citations", false)] {
            let list = all.filter { ($0["type"]?.isString("url_citation") == true) == isOpenAIs }
            guard !list.isEmpty else { continue }
            writer.key(key)
            writer.array { for citation in list { $0.value(citation) } }
        }
        guard !audio.isEmpty else { return }
        writer.key("audio")
        if audio.count == 1 { return writer.raw(audio[0].bytes) }
        writer.object { ChatAudio.join(audio, to: &$0) }
    }

    private func join(_ lists: [JSONValue], to writer: inout JSONWriter) {
        for list in lists {
            for element in list.elements { writer.value(element) }
        }
    }
}
