internal import GatewayTypes
internal import JSON

/// A part of a turn as Gemini takes it.
enum GeminiPart {
    case text(String, signature: String?)
    case thought(String)
    case media(Media)
    case call(ToolCall, signature: String?)
    case result(id: String, name: String, text: String, isError: Bool)
}

extension JSONWriter {
    mutating func geminiPart(_ part: GeminiPart) {
        beginObject()
        switch part {
        case .text(let text, let signature):
            member("text", text)
            if let signature { member("thoughtSignature", signature) }
        case .thought(let text):
            member("text", text)
            member("thought", true)
        case .media(let media): geminiMedia(media)
        case .call(let call, let signature):
            key("functionCall")
            beginObject()
            geminiID(call.id)
            member("name", call.name)
            member("args", raw: call.argumentsObject)
            endObject()
            if let signature { member("thoughtSignature", signature) }
        case .result(let id, let name, let text, let isError):
            key("functionResponse")
            beginObject()
            geminiID(id)
            member("name", name)
            key("response")
            geminiResponse(text, isError: isError)
            endObject()
        }
        endObject()
    }

    /// An id that this gateway made up means nothing to the API: order and names match results to calls.
    private mutating func geminiID(_ id: String) {
        guard !id.isEmpty, !id.hasPrefix(GeneratedCallID.prefix) else { return }
        member("id", id)
    }

    /// The API wants an object: one that the tool gave goes as it is, all else under the documented keys `output` and
    /// `error`.
    private mutating func geminiResponse(_ text: String, isError: Bool) {
        let bytes = Array(text.utf8)
        let value = try? JSONValue.parse(bytes)
        if let value, value.kind == .object, !isError {
            self.value(value)
            return
        }
        beginObject()
        if let value, value.kind == .object || value.kind == .array {
            member(isError ? "error" : "output", value)
        } else {
            member(isError ? "error" : "output", text)
        }
        endObject()
    }

    private mutating func geminiMedia(_ media: Media) {
        switch media {
        case .inline(let type, let data):
            key("inlineData")
            beginObject()
            member("mimeType", type)
            member("data", data)
        case .url(let url, let type):
            key("fileData")
            beginObject()
            if let type = type ?? GeminiMediaType.guess(url) { member("mimeType", type) }
            member("fileUri", url)
        case .file(let id, _):
            key("fileData")
            beginObject()
            if let type = GeminiMediaType.guess(id) { member("mimeType", type) }
            member("fileUri", id)
        }
        endObject()
    }
}
