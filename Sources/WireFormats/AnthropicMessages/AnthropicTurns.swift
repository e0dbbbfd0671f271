internal import GatewayTypes

/// A conversation as Anthropic takes it: the system's words apart, `user` and `assistant` by turns, `user` first.
///
/// System and developer turns from the middle join the others at the top, in order: the API has no other place for them.
struct AnthropicTurns {
    struct Block {
        var part: ContentPart
        /// The provider is asked to keep the prompt up to here.
        var cacheMark: CacheMark?
    }

    struct Turn {
        var isAssistant: Bool
        var blocks: [Block]

        var parts: [ContentPart] { blocks.map(\.part) }
    }

    private(set) var system: [Block] = []
    private(set) var turns: [Turn] = []
    private(set) var dropped: Set<ConversationField> = []

    init(_ messages: [Message]) throws(GatewayError) {
        for message in messages {
            if message.name != nil { dropped.insert(.participantName) }
            switch message.role {
            case .system, .developer: addSystem(message)
            case .user, .tool: add(message, asAssistant: false)
            case .assistant: add(message, asAssistant: true)
            }
        }
        try completeStart()
        trimEnd()
    }

    private mutating func addSystem(_ message: Message) {
        for block in blocks(of: message, isAssistant: true) {
            if case .text = block.part { system.append(block) }
        }
    }

    private mutating func add(_ message: Message, asAssistant isAssistant: Bool) {
        let blocks = blocks(of: message, isAssistant: isAssistant)
        guard !blocks.isEmpty else { return }
        if turns.last?.isAssistant != isAssistant { turns.append(Turn(isAssistant: isAssistant, blocks: [])) }
        turns[turns.count - 1].blocks += blocks
        // Results must stand before anything else in the turn after the calls.
        if !isAssistant { turns[turns.count - 1].blocks.stablyMoveToolResultsFirst() }
    }

    /// The parts that can be sent. The mark of one that cannot goes to the part before it.
    private mutating func blocks(of message: Message, isAssistant: Bool) -> [Block] {
        var blocks: [Block] = []
        for (index, part) in message.content.enumerated() {
            if let part = kept(part, isAssistant: isAssistant) { blocks.append(Block(part: part)) }
            if let mark = message.cacheMarks[index], !blocks.isEmpty { blocks[blocks.count - 1].cacheMark = mark }
        }
        return blocks
    }

    /// The API wants a user's turn first; a conversation of system turns alone is asked as the user's words.
    private mutating func completeStart() throws(GatewayError) {
        if turns.isEmpty {
            guard !system.isEmpty else {
                throw .malformedRequest(
                    message: "'messages' holds nothing that this model can be sent.", parameter: "messages")
            }
            turns = [Turn(isAssistant: false, blocks: system)]
            system = []
        } else if turns[0].isAssistant {
            turns.insert(Turn(isAssistant: false, blocks: [Block(part: .text("(The assistant speaks first.)"))]), at: 0)
        }
    }

    /// The API refuses white space at the end of an answer that the model is to go on with.
    private mutating func trimEnd() {
        guard let last = turns.last, last.isAssistant, case .text(let text)? = last.blocks.last?.part else { return }
        turns[turns.count - 1].blocks[last.blocks.count - 1].part = .text(text.withoutTrailingSpace)
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

extension [AnthropicTurns.Block] {
    /// Tool results to the front; each kind keeps its order.
    fileprivate mutating func stablyMoveToolResultsFirst() {
        func isResult(_ block: Element) -> Bool {
            if case .toolResult = block.part { true } else { false }
        }
        self = filter(isResult) + filter { !isResult($0) }
    }
}
