internal import GatewayTypes

/// A conversation as Converse takes it: the system's words apart, `user` and `assistant` by turns, `user` first.
///
/// System and developer turns from the middle join the others at the top, in order: the API has no other place for them.
struct ConverseTurns {
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
            case .system, .developer:
                for block in blocks(of: message, isAssistant: true) {
                    if case .text = block.part { system.append(block) }
                }
            case .user, .tool: add(message, asAssistant: false)
            case .assistant: add(message, asAssistant: true)
            }
        }
        try completeStart()
        completeDocuments()
        trimEnd()
    }

    /// The names of the tools that the history calls.
    var calledTools: [String] {
        var names: [String] = []
        for turn in turns {
            for case .toolCall(let call) in turn.parts where !names.contains(call.name) { names.append(call.name) }
        }
        return names
    }

    /// A turn that answers calls must hold the thinking which led to them, or thinking must be off.
    var hasCallsWithoutThinking: Bool {
        guard let last = turns.last, !last.isAssistant, turns.count > 1 else { return false }
        let answersCalls = last.parts.contains { if case .toolResult = $0 { true } else { false } }
        let thought = turns[turns.count - 2].parts.contains { if case .thinking = $0 { true } else { false } }
        return answersCalls && !thought
    }

    private mutating func add(_ message: Message, asAssistant isAssistant: Bool) {
        let blocks = blocks(of: message, isAssistant: isAssistant)
        guard !blocks.isEmpty else { return }
        if turns.last?.isAssistant != isAssistant { turns.append(Turn(isAssistant: isAssistant, blocks: [])) }
        let last = turns.count - 1
        turns[last].blocks += blocks
        // Results must stand before anything else in the turn after the calls.
        if !isAssistant {
            let all = turns[last].blocks
            turns[last].blocks = all.filter(Self.isResult) + all.filter { !Self.isResult($0) }
        }
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

    private static func isResult(_ block: Block) -> Bool {
        if case .toolResult = block.part { true } else { false }
    }

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

    /// A document must have a text beside it.
    private mutating func completeDocuments() {
        for index in turns.indices {
            let parts = turns[index].parts
            let hasDocument = parts.contains { if case .document = $0 { true } else { false } }
            let hasText = parts.contains { if case .text = $0 { true } else { false } }
            if hasDocument, !hasText { turns[index].blocks.append(Block(part: .text("(See the document.)"))) }
        }
    }

    /// White space at the end of an answer that the model is to go on with is refused.
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
            return isAssistant || ConverseMedia(image: media) == nil ? drop(.image, media) : part
        case .audio(let media): return isAssistant || ConverseMedia(audio: media) == nil ? drop(.audio, media) : part
        case .video(let media): return isAssistant || ConverseMedia(video: media) == nil ? drop(.video, media) : part
        case .document(let media, _):
            return isAssistant || ConverseMedia(document: media) == nil ? drop(.document, media) : part
        case .thinking(let thinking):
            guard thinking.redacted != nil || thinking.signature?.isEmpty == false else {
                dropped.insert(.thinking)
                return nil
            }
            return part
        case .toolCall(let call):
            if call.signature != nil { dropped.insert(.callSignature) }
            return part
        case .toolResult(var result):
            result.content = result.content.compactMap { kept($0, isAssistant: false) }
            return .toolResult(result)
        }
    }

    private mutating func drop(_ field: ConversationField, _ media: Media) -> ContentPart? {
        if case .file = media { dropped.insert(.fileID) } else { dropped.insert(field) }
        return nil
    }
}
