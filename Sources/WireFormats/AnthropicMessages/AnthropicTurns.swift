internal import GatewayTypes

/// A conversation as Anthropic takes it: the system's words apart, `user` and `assistant` by turns, `user` first.
///
/// System and developer turns from the middle join the others at the top, in order: the API has no other place for them.
struct AnthropicTurns {
    struct Turn {
        var isAssistant: Bool
        var parts: [ContentPart]
    }

    private(set) var system: [String] = []
    private(set) var turns: [Turn] = []
    private(set) var dropped: Set<ConversationField> = []

    init(_ messages: [Message]) throws(GatewayError) {
        for message in messages {
            if message.name != nil { dropped.insert(.participantName) }
            switch message.role {
            case .system, .developer: addSystem(message.content)
            case .user, .tool: add(message.content, asAssistant: false)
            case .assistant: add(message.content, asAssistant: true)
            }
        }
        try completeStart()
        trimEnd()
    }

    private mutating func addSystem(_ content: [ContentPart]) {
        for part in content {
            if case .text(let text)? = kept(part, isAssistant: true) { system.append(text) }
        }
    }

    private mutating func add(_ content: [ContentPart], asAssistant isAssistant: Bool) {
        let parts = content.compactMap { kept($0, isAssistant: isAssistant) }
        guard !parts.isEmpty else { return }
        if turns.last?.isAssistant != isAssistant { turns.append(Turn(isAssistant: isAssistant, parts: [])) }
        turns[turns.count - 1].parts += parts
        // Results must stand before anything else in the turn after the calls.
        if !isAssistant { turns[turns.count - 1].parts.stablyMoveToolResultsFirst() }
    }

    /// The API wants a user's turn first; a conversation of system turns alone is asked as the user's words.
    private mutating func completeStart() throws(GatewayError) {
        if turns.isEmpty {
            guard !system.isEmpty else {
                throw .malformedRequest(
                    message: "'messages' holds nothing that this model can be sent.", parameter: "messages")
            }
            turns = [Turn(isAssistant: false, parts: system.map { .text($0) })]
            system = []
        } else if turns[0].isAssistant {
            turns.insert(Turn(isAssistant: false, parts: [.text("(The assistant speaks first.)")]), at: 0)
        }
    }

    /// The API refuses white space at the end of an answer that the model is to go on with.
    private mutating func trimEnd() {
        guard let last = turns.last, last.isAssistant, case .text(let text)? = last.parts.last else { return }
        turns[turns.count - 1].parts[last.parts.count - 1] = .text(text.withoutTrailingSpace)
    }

    /// The part as it can be sent, or `nil` with a note of what was left out. Blank text is refused by the API and says
    /// nothing, so it goes without a note.
    private mutating func kept(_ part: ContentPart, isAssistant: Bool) -> ContentPart? {
        switch part {
        case .text(let text), .refusal(let text): return text.isBlank ? nil : .text(text)
        case .image(let media, let detail):
            if let detail, detail != "auto" { dropped.insert(.imageDetail) }
            return isAssistant ? drop(.image) : kept(media, part)
        case .audio: return drop(.audio)
        case .video: return drop(.video)
        case .document(let media, _):
            if case .inline(let type, let data) = media, type != "application/pdf" {
                guard type.hasPrefix("text/"), Base64.decode(data) != nil else { return drop(.document) }
            }
            return isAssistant ? drop(.document) : kept(media, part)
        case .thinking(let thinking):
            guard thinking.redacted != nil || thinking.signature?.isEmpty == false else { return drop(.thinking) }
            return part
        case .toolCall(let call):
            if call.signature != nil { dropped.insert(.callSignature) }
            return part
        case .toolResult(var result):
            result.content = result.content.compactMap { kept($0, isAssistant: false) }
            return .toolResult(result)
        }
    }

    private mutating func kept(_ media: Media, _ part: ContentPart) -> ContentPart? {
        if case .file = media { return drop(.fileID) }
        return part
    }

    private mutating func drop(_ field: ConversationField) -> ContentPart? {
        dropped.insert(field)
        return nil
    }
}

extension [ContentPart] {
    /// Tool results to the front; each kind keeps its order.
    fileprivate mutating func stablyMoveToolResultsFirst() {
        func isResult(_ part: ContentPart) -> Bool {
            if case .toolResult = part { true } else { false }
        }
        self = filter(isResult) + filter { !isResult($0) }
    }
}
