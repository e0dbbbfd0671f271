internal import GatewayTypes
internal import JSON

/// Writes the turns: one text a message, images beside it, each tool result a message of its own.
struct OllamaMessages {
    private let messages: [Message]
    private(set) var dropped: Set<ConversationField> = []
    private var names: [String: String] = [:]

    init(_ messages: [Message]) { self.messages = messages }

    mutating func write(to writer: inout JSONWriter) {
        writer.key("messages")
        writer.beginArray()
        for message in messages {
            if message.name != nil { dropped.insert(.participantName) }
            var rest: [ContentPart] = []
            for part in message.content {
                if case .toolResult(let result) = part { write(result, to: &writer) } else { rest.append(part) }
            }
            if !rest.isEmpty || message.content.isEmpty { write(rest, role: Self.role(message.role), to: &writer) }
        }
        writer.endArray()
    }

    private static func role(_ role: Message.Role) -> String {
        switch role {
        case .system, .developer: "system"
        case .user: "user"
        case .assistant: "assistant"
        case .tool: "tool"
        }
    }

    private mutating func write(_ result: ToolResult, to writer: inout JSONWriter) {
        if result.isError { dropped.insert(.toolError) }
        var content = Content(result.content)
        writer.beginObject()
        writer.member("role", "tool")
        content.write(to: &writer)
        if let name = result.name ?? names[result.callID] { writer.member("tool_name", name) }
        if !result.callID.isEmpty { writer.member("tool_call_id", result.callID) }
        writer.endObject()
        dropped.formUnion(content.dropped)
    }

    private mutating func write(_ parts: [ContentPart], role: String, to writer: inout JSONWriter) {
        var content = Content(parts)
        writer.beginObject()
        writer.member("role", role)
        content.write(to: &writer)
        if !content.thinking.isEmpty { writer.member("thinking", content.thinking) }
        if !content.calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for call in content.calls {
                names[call.id] = call.name
                writer.beginObject()
                if !call.id.isEmpty { writer.member("id", call.id) }
                writer.key("function")
                writer.beginObject()
                writer.member("name", call.name)
                writer.member("arguments", raw: call.argumentsObject)
                writer.endObject()
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        dropped.formUnion(content.dropped)
    }

    /// The parts of one message, sorted into Ollama's members.
    private struct Content {
        private var texts: [String] = []
        private var images: [String] = []
        private(set) var thinking = ""
        private(set) var calls: [ToolCall] = []
        private(set) var dropped: Set<ConversationField> = []

        init(_ parts: [ContentPart]) {
            for part in parts { add(part) }
        }

        private mutating func add(_ part: ContentPart) {
            switch part {
            case .text(let text), .refusal(let text): texts.append(text)
            case .image(let media, let detail):
                if let detail, detail != "auto" { dropped.insert(.imageDetail) }
                switch media {
                case .inline(_, let data): images.append(data)
                case .url: dropped.insert(.image)
                case .file: dropped.insert(.fileID)
                }
            case .audio: dropped.insert(.audio)
            case .video: dropped.insert(.video)
            case .document(let media, let name):
                if name != nil { dropped.insert(.documentName) }
                addDocument(media)
            case .thinking(let thought):
                thinking += thought.text
                if thought.text.isEmpty { dropped.insert(.thinking) }
            case .toolCall(let call):
                if call.signature != nil { dropped.insert(.callSignature) }
                calls.append(call)
            case .toolResult: break  // a message of its own
            }
        }

        private mutating func addDocument(_ media: Media) {
            if case .inline(let type, let data) = media, type.hasPrefix("text/"), let bytes = Base64.decode(data) {
                texts.append(String(decoding: bytes, as: UTF8.self))
            } else {
                dropped.insert(.document)
            }
        }

        mutating func write(to writer: inout JSONWriter) {
            writer.member("content", texts.joined(separator: "\n"))
            guard !images.isEmpty else { return }
            writer.key("images")
            writer.beginArray()
            for image in images { writer.string(image) }
            writer.endArray()
        }
    }
}
