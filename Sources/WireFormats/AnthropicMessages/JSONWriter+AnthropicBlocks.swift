internal import GatewayTypes
internal import JSON

extension JSONWriter {
    /// One content block; `part` is one that `AnthropicTurns` kept. Thinking cannot be marked.
    mutating func anthropicBlock(_ part: ContentPart, _ mark: CacheMark? = nil) {
        beginObject()
        switch part {
        case .text(let text), .refusal(let text):
            member("type", "text")
            member("text", text)
        case .image(let media, _), .audio(let media), .video(let media):
            member("type", "image")
            anthropicSource(media)
        case .document(let media, let name):
            member("type", "document")
            anthropicSource(media)
            if let name { member("title", name) }
        case .thinking(let thinking): anthropicThinking(thinking)
        case .toolCall(let call):
            member("type", "tool_use")
            member("id", AnthropicToolID.allowed(call.id))
            member("name", call.name)
            member("input", raw: call.argumentsObject)
        case .toolResult(let result): anthropicResult(result)
        }
        if case .thinking = part {} else { cacheControl(mark) }
        endObject()
    }

    private mutating func anthropicSource(_ media: Media) {
        key("source")
        beginObject()
        switch media {
        case .inline(let type, let data) where type.hasPrefix("text/"):
            member("type", "text")
            member("media_type", "text/plain")
            member("data", String(decoding: Base64.decode(data) ?? [], as: UTF8.self))
        case .inline(let type, let data):
            member("type", "base64")
            member("media_type", type == "image/jpg" ? "image/jpeg" : type)
            member("data", data)
        case .url(let url, _):
            member("type", "url")
            member("url", url)
        case .file: break  // `AnthropicTurns` has left it out
        }
        endObject()
    }

    private mutating func anthropicThinking(_ thinking: Thinking) {
        if let redacted = thinking.redacted {
            member("type", "redacted_thinking")
            member("data", redacted)
        } else {
            member("type", "thinking")
            member("thinking", thinking.text)
            member("signature", thinking.signature ?? "")
        }
    }

    private mutating func anthropicResult(_ result: ToolResult) {
        member("type", "tool_result")
        member("tool_use_id", AnthropicToolID.allowed(result.callID))
        if case .text(let text)? = result.content.first, result.content.count == 1 {
            member("content", text)
        } else if !result.content.isEmpty {
            key("content")
            beginArray()
            for part in result.content { anthropicBlock(part) }
            endArray()
        }
        if result.isError { member("is_error", true) }
    }
}
