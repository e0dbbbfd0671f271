internal import GatewayTypes
internal import JSON

/// Writes the `messages` of a chat completions request.
struct ChatMessageWriter {
    private let quirks: ChatQuirks
    private(set) var dropped: Set<ConversationField> = []
    /// What tool results showed besides text, which only a user's turn can hold.
    private var shown: [ContentPart] = []

    init(quirks: ChatQuirks) { self.quirks = quirks }

    mutating func write(_ messages: [Message], to writer: inout JSONWriter) {
        for message in messages {
            if message.role != .tool { flushShown(to: &writer) }
            switch message.role {
            case .system: write(message, role: "system", to: &writer)
            case .developer: write(message, role: quirks.hasDeveloperRole ? "developer" : "system", to: &writer)
            case .user: write(message, role: "user", to: &writer)
            case .assistant: writeAssistant(message, to: &writer)
            case .tool: writeResults(message, to: &writer)
            }
        }
        flushShown(to: &writer)
    }

    private mutating func flushShown(to writer: inout JSONWriter) {
        guard !shown.isEmpty else { return }
        let message = Message(.user, shown)
        shown = []
        write(message, role: "user", to: &writer)
    }

    private mutating func write(_ message: Message, role: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("role", role)
        write(name: message.name, to: &writer)
        writer.key("content")
        writeContent(message.content, marks: message.cacheMarks, to: &writer)
        writer.endObject()
    }

    private mutating func write(name: String?, to writer: inout JSONWriter) {
        guard let name else { return }
        guard quirks.takesNames else { return drop(.participantName) }
        writer.member("name", name)
    }

    private mutating func writeAssistant(_ message: Message, to writer: inout JSONWriter) {
        var said: [ContentPart] = []
        var marks: [Int: CacheMark] = [:]
        var calls: [ToolCall] = []
        var thoughts: [Thinking] = []
        for (index, part) in message.content.enumerated() {
            switch part {
            case .toolCall(let call): calls.append(call)
            case .thinking(let thinking): thoughts.append(thinking)
            case .text, .refusal, .image, .audio, .video, .document, .toolResult:
                marks[said.count] = message.cacheMarks[index]
                said.append(part)
            }
        }
        writer.beginObject()
        writer.member("role", "assistant")
        write(name: message.name, to: &writer)
        writer.key("content")
        if said.isEmpty { writer.null() } else { writeContent(said, marks: marks, to: &writer) }
        writeThinking(thoughts, to: &writer)
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.array { writer in
                for call in calls { Self.write(call, to: &writer) }
            }
        }
        writer.endObject()
    }

    private mutating func writeThinking(_ thoughts: [Thinking], to writer: inout JSONWriter) {
        guard !thoughts.isEmpty else { return }
        guard quirks.takesReasoning else {
            dropped.insert(.thinking)
            return
        }
        let text = thoughts.map(\.text).joined()
        if !text.isEmpty { writer.member("reasoning_content", text) }
        guard thoughts.contains(where: { $0.signature != nil || $0.redacted != nil }) else { return }
        writer.key("reasoning_details")
        writer.array { writer in
            for (index, thinking) in thoughts.enumerated() {
                writer.object {
                    if let data = thinking.redacted {
                        $0.member("type", "reasoning.encrypted")
                        $0.member("data", data)
                    } else {
                        $0.member("type", "reasoning.text")
                        $0.member("text", thinking.text)
                        if let signature = thinking.signature { $0.member("signature", signature) }
                    }
                    $0.member("index", index)
                }
            }
        }
    }

    private static func write(_ call: ToolCall, to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", call.id)
            $0.member("type", "function")
            $0.key("function")
            $0.object {
                $0.member("name", call.name)
                $0.member("arguments", call.arguments)
            }
            if let signature = call.signature { ChatExtraContent.write(signature, to: &$0) }
        }
    }

    private mutating func writeResults(_ message: Message, to writer: inout JSONWriter) {
        for (index, part) in message.content.enumerated() {
            guard case .toolResult(let result) = part else { continue }
            if result.isError { drop(.toolError) }
            var texts: [ContentPart] = []
            for part in result.content {
                if case .text = part { texts.append(part) } else { shown.append(part) }
            }
            writer.beginObject()
            writer.member("role", "tool")
            writer.member("tool_call_id", result.callID)
            if quirks.takesNames, let name = result.name { writer.member("name", name) }
            writer.key("content")
            writeContent(
                texts, marks: message.cacheMarks[index].map { [max(0, texts.count - 1): $0] } ?? [:], to: &writer)
            writer.endObject()
        }
    }

    /// One text is a string, as every provider takes it; anything else is a list of parts.
    private mutating func writeContent(
        _ parts: [ContentPart], marks: [Int: CacheMark] = [:], to writer: inout JSONWriter
    ) {
        if parts.isEmpty { return writer.string("") }
        let marks = quirks.takesCacheMarks ? marks : [:]
        if parts.count == 1, marks.isEmpty, case .text(let text) = parts[0] { return writer.string(text) }
        writer.beginArray()
        for (index, part) in parts.enumerated() { write(part, marks[index], to: &writer) }
        writer.endArray()
    }

    private mutating func write(_ part: ContentPart, _ mark: CacheMark?, to writer: inout JSONWriter) {
        switch part {
        case .text(let text): Self.write("text", text, mark, to: &writer)
        case .refusal(let text): Self.write("refusal", text, to: &writer)
        case .image(let media, let detail):
            guard let url = Self.url(of: media) else { return drop(.fileID) }
            writer.object {
                $0.member("type", "image_url")
                $0.key("image_url")
                $0.object {
                    $0.member("url", url)
                    if let detail { $0.member("detail", detail) }
                }
                $0.cacheControl(mark)
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
        case .audio: drop(.audio)
        case .video(let media):
            guard let url = Self.url(of: media) else { return drop(.fileID) }
            writer.object {
                $0.member("type", "video_url")
                $0.key("video_url")
                $0.object { $0.member("url", url) }
            }
        case .document(.inline(let type, let data), _) where type.hasPrefix("text/"):
            // OpenAI takes PDF only as a file; a text can be said as one.
            guard let text = Base64.decode(data) else { return drop(.document) }
            Self.write("text", String(decoding: text, as: UTF8.self), mark, to: &writer)
        case .document(.file(_, let keeper), _) where keeper != .openAI: drop(.fileID)
        case .document(let media, let name):
            writer.object {
                $0.member("type", "file")
                $0.key("file")
                $0.object {
                    if let name { $0.member("filename", name) }
                    if case .file(let id, _) = media {
                        $0.member("file_id", id)
                    } else if let url = Self.url(of: media) {
                        $0.member("file_data", url)
                    }
                }
                $0.cacheControl(mark)
            }
        case .thinking: drop(.thinking)
        case .toolCall, .toolResult: return  // written by their turns
        }
    }

    private mutating func drop(_ field: ConversationField) { dropped.insert(field) }

    private static func write(
        _ type: String, _ text: String, _ mark: CacheMark? = nil, to writer: inout JSONWriter
    ) {
        writer.object {
            $0.member("type", type)
            $0.member(type, text)
            $0.cacheControl(mark)
        }
    }

    private static func url(of media: Media) -> String? {
        switch media {
        case .inline(let type, let data): "data:\(type);base64,\(data)"
        case .url(let url, _): url
        case .file: nil
        }
    }
}
