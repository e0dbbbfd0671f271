internal import GatewayTypes

/// A conversation as Gemini takes it: the system's words apart, `user` and `model` by turns, every tool result with the
/// name of its function and in the order of the calls.
struct GeminiTurns {
    struct Turn {
        var isModel: Bool
        var parts: [GeminiPart]
    }

    private(set) var system: [String] = []
    private(set) var turns: [Turn] = []
    private(set) var dropped: Set<ConversationField> = []
    /// Name and place of every call, by its id.
    private var calls: [String: (name: String, place: Int)] = [:]

    init(_ messages: [Message], model: GeminiModel) throws(GatewayError) {
        for message in messages {
            if message.name != nil { dropped.insert(.participantName) }
            switch message.role {
            case .system, .developer: addSystem(message.content)
            case .user, .tool: addUser(message.content)
            case .assistant: addModel(message.content, model: model)
            }
        }
        for index in turns.indices where !turns[index].isModel { putResultsFirst(&turns[index].parts) }
        try completeStart()
    }

    private mutating func completeStart() throws(GatewayError) {
        guard turns.isEmpty else { return }
        guard !system.isEmpty else {
            throw .malformedRequest(
                message: "'messages' holds nothing that this model can be sent.", parameter: "messages")
        }
        turns = [Turn(isModel: false, parts: system.map { .text($0, signature: nil) })]
        system = []
    }

    private mutating func addSystem(_ content: [ContentPart]) {
        for part in content {
            switch part {
            case .text(let text), .refusal(let text): if !text.isEmpty { system.append(text) }
            case .image, .audio, .video, .document, .thinking, .toolCall, .toolResult: noteDropped(part)
            }
        }
    }

    private mutating func addUser(_ content: [ContentPart]) {
        var parts: [GeminiPart] = []
        for part in content {
            switch part {
            case .text(let text), .refusal(let text): if !text.isEmpty { parts.append(.text(text, signature: nil)) }
            case .image(let media, let detail):
                if let detail, detail != "auto" { dropped.insert(.imageDetail) }
                add(media, to: &parts)
            case .audio(let media), .video(let media): add(media, to: &parts)
            case .document(let media, let name):
                if name != nil { dropped.insert(.documentName) }
                add(media, to: &parts)
            case .toolResult(let result): addResult(result, to: &parts)
            case .thinking, .toolCall: noteDropped(part)
            }
        }
        append(parts, isModel: false)
    }

    private mutating func addResult(_ result: ToolResult, to parts: inout [GeminiPart]) {
        var texts: [String] = []
        var media: [GeminiPart] = []
        for part in result.content {
            switch part {
            case .text(let text), .refusal(let text): texts.append(text)
            case .image(let item, let detail):
                if let detail, detail != "auto" { dropped.insert(.imageDetail) }
                add(item, to: &media)
            case .audio(let item), .video(let item): add(item, to: &media)
            case .document(let item, let name):
                if name != nil { dropped.insert(.documentName) }
                add(item, to: &media)
            case .thinking, .toolCall, .toolResult: noteDropped(part)
            }
        }
        let name = calls[result.callID]?.name ?? result.name ?? result.callID
        parts.append(
            .result(id: result.callID, name: name, text: texts.joined(separator: "\n"), isError: result.isError))
        parts += media
    }

    private mutating func addModel(_ content: [ContentPart], model: GeminiModel) {
        var parts: [GeminiPart] = []
        var signature: String?  // of thinking, waiting for the text it belongs to
        var isFirstCall = turns.last?.isModel != true
        for part in content {
            switch part {
            case .text(let text), .refusal(let text):
                guard !text.isEmpty else { continue }
                parts.append(.text(text, signature: signature))
                signature = nil
            case .thinking(let thinking):
                guard let itsSignature = thinking.signature, !itsSignature.isEmpty else {
                    dropped.insert(.thinking)
                    continue
                }
                if let waiting = signature { parts.append(.text("", signature: waiting)) }
                if !thinking.text.isEmpty { parts.append(.thought(thinking.text)) }
                signature = itsSignature
            case .toolCall(let call):
                if let waiting = signature, call.signature != nil { parts.append(.text("", signature: waiting)) }
                let needed = isFirstCall && model.demandsSignatures ? GeminiModel.stubSignature : nil
                parts.append(.call(call, signature: call.signature ?? signature ?? needed))
                signature = nil
                calls[call.id] = (call.name, calls.count)
                isFirstCall = false
            case .image(let media, _): add(media, to: &parts)
            case .audio, .video, .document, .toolResult: noteDropped(part)
            }
        }
        if let signature { parts.append(.text("", signature: signature)) }
        append(parts, isModel: true)
    }

    /// Google opens the files that it keeps itself.
    private mutating func add(_ media: Media, to parts: inout [GeminiPart]) {
        if case .file(_, let keeper) = media, keeper != .google {
            dropped.insert(.fileID)
        } else {
            parts.append(.media(media))
        }
    }

    private mutating func append(_ parts: [GeminiPart], isModel: Bool) {
        guard !parts.isEmpty else { return }
        if turns.last?.isModel != isModel { turns.append(Turn(isModel: isModel, parts: [])) }
        turns[turns.count - 1].parts += parts
    }

    /// Without ids the API matches results to calls by order.
    private func putResultsFirst(_ parts: inout [GeminiPart]) {
        func place(_ part: GeminiPart) -> Int? {
            if case .result(let id, _, _, _) = part { calls[id]?.place ?? .max } else { nil }
        }
        let results = parts.enumerated().compactMap { offset, part in place(part).map { (offset, $0, part) } }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        parts = results.map(\.2) + parts.filter { place($0) == nil }
    }

    private mutating func noteDropped(_ part: ContentPart) {
        switch part {
        case .image: dropped.insert(.image)
        case .audio: dropped.insert(.audio)
        case .video: dropped.insert(.video)
        case .document: dropped.insert(.document)
        case .thinking: dropped.insert(.thinking)
        case .text, .refusal, .toolCall, .toolResult: break
        }
    }
}
