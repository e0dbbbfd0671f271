internal import GatewayTypes
internal import JSON

/// Writes messages as `instructions` and the items of `input`.
struct ResponsesInputWriter {
    private(set) var dropped: Set<ConversationField> = []

    /// Writes `instructions` where the conversation begins with one text of the system.
    /// - Returns: the messages that are left for `input`.
    func writeInstructions(_ messages: [Message], to writer: inout JSONWriter) -> ArraySlice<Message> {
        guard messages.count > 1, messages[0].role == .system, messages[0].name == nil,
            messages[0].content.count == 1, case .text(let text) = messages[0].content[0]
        else { return messages[...] }
        writer.member("instructions", text)
        return messages[1...]
    }

    mutating func write(_ messages: ArraySlice<Message>, to writer: inout JSONWriter) {
        for message in messages {
            if message.name != nil { dropped.insert(.participantName) }
            switch message.role {
            case .system: write(message.content, role: "system", to: &writer)
            case .developer: write(message.content, role: "developer", to: &writer)
            case .user: writeUser(message.content, to: &writer)
            case .assistant: writeAssistant(message.content, to: &writer)
            case .tool: writeResults(message.content, to: &writer)
            }
        }
    }

    // MARK: - Turns

    private mutating func write(_ parts: [ContentPart], role: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "message")
        writer.member("role", role)
        writer.key("content")
        writeContent(parts, isAnswer: role == "assistant", to: &writer)
        writer.endObject()
    }

    /// Some formats put results into a user's turn.
    private mutating func writeUser(_ parts: [ContentPart], to writer: inout JSONWriter) {
        writeResults(parts, to: &writer)
        let said = parts.filter { if case .toolResult = $0 { false } else { true } }
        if !said.isEmpty || parts.isEmpty { write(said, role: "user", to: &writer) }
    }

    /// Items in the order of the turn: what is said in a row is one message.
    private mutating func writeAssistant(_ parts: [ContentPart], to writer: inout JSONWriter) {
        var said: [ContentPart] = []
        for part in parts {
            switch part {
            case .thinking(let thinking):
                flush(&said, to: &writer)
                write(thinking, to: &writer)
            case .toolCall(let call):
                flush(&said, to: &writer)
                if call.signature != nil { dropped.insert(.callSignature) }
                Self.write(call, to: &writer)
            case .text, .refusal, .image, .audio, .video, .document: said.append(part)
            case .toolResult: break
            }
        }
        if parts.isEmpty { write([], role: "assistant", to: &writer) }
        flush(&said, to: &writer)
    }

    private mutating func flush(_ said: inout [ContentPart], to writer: inout JSONWriter) {
        if !said.isEmpty { write(said, role: "assistant", to: &writer) }
        said = []
    }

    /// Thinking that nothing proves to be the provider's own is not taken back.
    private mutating func write(_ thinking: Thinking, to writer: inout JSONWriter) {
        guard let sealed = thinking.redacted ?? thinking.signature else {
            dropped.insert(.thinking)
            return
        }
        writer.object {
            $0.member("type", "reasoning")
            $0.key("summary")
            $0.array { if !thinking.text.isEmpty { ResponsesItem.writeSummary(thinking.text, to: &$0) } }
            $0.member("encrypted_content", sealed)
        }
    }

    private static func write(_ call: ToolCall, to writer: inout JSONWriter) {
        writer.object {
            $0.member("type", "function_call")
            $0.member("call_id", call.id)
            $0.member("name", call.name)
            $0.member("arguments", call.arguments)
        }
    }

    private mutating func writeResults(_ parts: [ContentPart], to writer: inout JSONWriter) {
        for part in parts {
            guard case .toolResult(let result) = part else { continue }
            if result.isError { dropped.insert(.toolError) }
            writer.beginObject()
            writer.member("type", "function_call_output")
            writer.member("call_id", result.callID)
            writer.key("output")
            writeContent(result.content, isAnswer: false, to: &writer)
            writer.endObject()
        }
    }

    // MARK: - Parts

    /// One text is a string, as every provider takes it; anything else is a list of parts.
    private mutating func writeContent(_ parts: [ContentPart], isAnswer: Bool, to writer: inout JSONWriter) {
        if parts.isEmpty { return writer.string("") }
        if parts.count == 1, case .text(let text) = parts[0] { return writer.string(text) }
        writer.beginArray()
        for part in parts { write(part, isAnswer: isAnswer, to: &writer) }
        writer.endArray()
    }

    private mutating func write(_ part: ContentPart, isAnswer: Bool, to writer: inout JSONWriter) {
        switch part {
        case .image(.file(_, let keeper), _) where keeper != .openAI,
            .document(.file(_, let keeper), _) where keeper != .openAI:
            dropped.insert(.fileID)
        case .text(let text):
            writer.object {
                $0.member("type", isAnswer ? "output_text" : "input_text")
                $0.member("text", text)
            }
        case .refusal(let text):
            writer.object {
                $0.member("type", isAnswer ? "refusal" : "input_text")
                $0.member(isAnswer ? "refusal" : "text", text)
            }
        case .image(let media, let detail):
            writer.object {
                $0.member("type", "input_image")
                switch media {
                case .inline(let type, let data): $0.member("image_url", "data:\(type);base64,\(data)")
                case .url(let url, _): $0.member("image_url", url)
                case .file(let id, _): $0.member("file_id", id)
                }
                if let detail { $0.member("detail", detail) }
            }
        case .document(let media, let name):
            writer.object {
                $0.member("type", "input_file")
                switch media {
                case .inline(let type, let data):
                    $0.member("filename", name ?? Self.fileName(type))
                    $0.member("file_data", "data:\(type);base64,\(data)")
                case .url(let url, _):
                    if let name { $0.member("filename", name) }
                    $0.member(url.isWebAddress ? "file_url" : "file_data", url)
                case .file(let id, _):
                    if let name { $0.member("filename", name) }
                    $0.member("file_id", id)
                }
            }
        case .audio(.inline(let type, let data)):
            writer.object {
                $0.member("type", "input_audio")
                $0.key("input_audio")
                $0.object {
                    $0.member("data", data)
                    $0.member("format", ChatAudio.format(of: type))
                }
            }
        case .audio: dropped.insert(.audio)
        case .video: dropped.insert(.video)
        case .thinking: dropped.insert(.thinking)
        case .toolCall, .toolResult: return  // written by their turns
        }
    }

    /// A file has to have a name, whose ending tells its type.
    private static func fileName(_ type: String) -> String {
        switch type {
        case "application/pdf": "document.pdf"
        case "text/plain": "document.txt"
        default: "document"
        }
    }
}
