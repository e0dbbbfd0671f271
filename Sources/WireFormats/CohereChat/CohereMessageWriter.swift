internal import GatewayTypes
internal import JSON

/// Writes the turns of a conversation as Cohere's messages.
struct CohereMessageWriter {
    private(set) var dropped: Set<ConversationField> = []
    private(set) var isEmpty = true

    mutating func write(_ messages: [Message], to writer: inout JSONWriter) {
        for message in messages {
            if message.name != nil { dropped.insert(.participantName) }
            switch message.role {
            case .system, .developer: writePlain("system", message.content, to: &writer)
            case .user: writePlain("user", message.content, to: &writer)
            case .assistant: writeAssistant(message.content, to: &writer)
            case .tool: break
            }
            // Results are messages of their own, whatever turn they stand in.
            for case .toolResult(let result) in message.content { writeResult(result, to: &writer) }
        }
    }

    private mutating func writePlain(_ role: String, _ content: [ContentPart], to writer: inout JSONWriter) {
        let parts = content.compactMap { kept($0, images: role == "user") }
        guard !parts.isEmpty else { return }
        begin(role, to: &writer)
        writer.key("content")
        if parts.count == 1, case .text(let text) = parts[0] {
            writer.string(text)
        } else {
            writer.beginArray()
            for part in parts { write(part, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    /// Thinking before calls is the plan; before an answer it is thinking.
    private mutating func writeAssistant(_ content: [ContentPart], to writer: inout JSONWriter) {
        var calls: [ToolCall] = []
        for case .toolCall(let call) in content {
            if call.signature != nil { dropped.insert(.callSignature) }
            calls.append(call)
        }
        var thinking: [String] = []
        for case .thinking(let thought) in content {
            if !thought.text.isEmpty { thinking.append(thought.text) } else { dropped.insert(.thinking) }
        }
        let parts = content.compactMap { kept($0, images: false) }
        guard !calls.isEmpty || !thinking.isEmpty || !parts.isEmpty else { return }
        begin("assistant", to: &writer)
        if !calls.isEmpty {
            if !thinking.isEmpty { writer.member("tool_plan", thinking.joined(separator: "\n")) }
            writer.key("tool_calls")
            writer.array {
                for call in calls {
                    $0.object {
                        $0.member("id", call.id)
                        $0.member("type", "function")
                        $0.key("function")
                        $0.object {
                            $0.member("name", call.name)
                            $0.member("arguments", call.arguments.isBlank ? "{}" : call.arguments)
                        }
                    }
                }
            }
            thinking = []
        }
        if !thinking.isEmpty || !parts.isEmpty {
            writer.key("content")
            writer.beginArray()
            for text in thinking {
                writer.object {
                    $0.member("type", "thinking")
                    $0.member("thinking", text)
                }
            }
            for part in parts { write(part, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    private mutating func writeResult(_ result: ToolResult, to writer: inout JSONWriter) {
        let texts = result.content.compactMap { part -> String? in
            if case .text(let text) = part { return text }
            note(part, inResult: true)
            return nil
        }
        if result.isError { dropped.insert(.toolError) }
        begin("tool", to: &writer)
        writer.member("tool_call_id", result.callID)
        writer.member("content", texts.joined(separator: "\n"))
        writer.endObject()
    }

    private mutating func begin(_ role: String, to writer: inout JSONWriter) {
        isEmpty = false
        writer.beginObject()
        writer.member("role", role)
    }

    private func write(_ part: ContentPart, to writer: inout JSONWriter) {
        writer.object {
            switch part {
            case .image(let media, let detail):
                $0.member("type", "image_url")
                $0.key("image_url")
                $0.object {
                    $0.member("url", Self.url(media))
                    if let detail { $0.member("detail", detail) }
                }
            case .text(let text), .refusal(let text):
                $0.member("type", "text")
                $0.member("text", text)
            case .audio, .video, .document, .thinking, .toolCall, .toolResult: break
            }
        }
    }

    private static func url(_ media: Media) -> String {
        switch media {
        case .inline(let type, let data): "data:\(type);base64,\(data)"
        case .url(let url, _): url
        case .file: ""  // `kept` has left it out
        }
    }

    /// Text and images as they can be sent; of the rest, what is not written elsewhere is noted.
    private mutating func kept(_ part: ContentPart, images: Bool) -> ContentPart? {
        switch part {
        case .text(let text), .refusal(let text): return text.isBlank ? nil : .text(text)
        case .image(.file, _):
            dropped.insert(.fileID)
            return nil
        case .image: if images { return part }
        case .document(.inline(let type, let data), let name) where type.hasPrefix("text/"):
            if name != nil { dropped.insert(.documentName) }
            if let text = Base64.decode(data) { return .text(String(decoding: text, as: UTF8.self)) }
        case .audio, .video, .document, .thinking, .toolCall, .toolResult: break
        }
        note(part, inResult: false)
        return nil
    }

    private mutating func note(_ part: ContentPart, inResult: Bool) {
        switch part {
        case .image: dropped.insert(inResult ? .toolResultImage : .image)
        case .audio: dropped.insert(.audio)
        case .video: dropped.insert(.video)
        case .document(.file, _): dropped.insert(.fileID)
        case .document: dropped.insert(.document)
        case .text, .refusal, .thinking, .toolCall, .toolResult: break
        }
    }
}
