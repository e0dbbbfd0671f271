internal import GatewayTypes
internal import JSON

extension JSONWriter {
    /// One content block; `part` is one that `ConverseTurns` kept.
    /// - Parameter number: counts the documents of the request, whose names must differ.
    mutating func converseBlock(_ part: ContentPart, number: inout Int) {
        beginObject()
        switch part {
        case .text(let text), .refusal(let text): member("text", text)
        case .image(let media, _): converseMedia("image", ConverseMedia(image: media))
        case .audio(let media): converseMedia("audio", ConverseMedia(audio: media))
        case .video(let media): converseMedia("video", ConverseMedia(video: media))
        case .document(let media, let name):
            number += 1
            converseMedia(
                "document", ConverseMedia(document: media), name: ConverseDocumentName.allowed(name, number: number))
        case .thinking(let thinking): converseThinking(thinking)
        case .toolCall(let call):
            nested("toolUse") {
                $0.member("toolUseId", AnthropicToolID.allowed(call.id))
                $0.member("name", call.name)
                $0.member("input", raw: call.argumentsObject)
            }
        case .toolResult(let result): converseResult(result, number: &number)
        }
        endObject()
    }

    /// A block that asks for the prompt before it to be kept.
    mutating func converseCachePoint(_ mark: CacheMark) {
        object {
            $0.nested("cachePoint") {
                $0.member("type", "default")
                if let lifetime = mark.lifetime { $0.member("ttl", lifetime) }
            }
        }
    }

    private mutating func converseMedia(_ kind: String, _ media: ConverseMedia?, name: String? = nil) {
        guard let media else { return }
        nested(kind) {
            $0.member("format", media.format)
            if let name { $0.member("name", name) }
            $0.nested("source") {
                switch media.source {
                case .bytes(let data): $0.member("bytes", data)
                case .s3(let place): $0.nested("s3Location") { $0.member("uri", place) }
                }
            }
        }
    }

    private mutating func converseThinking(_ thinking: Thinking) {
        nested("reasoningContent") {
            if let redacted = thinking.redacted {
                $0.member("redactedContent", redacted)
            } else {
                $0.nested("reasoningText") {
                    $0.member("text", thinking.text)
                    if let signature = thinking.signature { $0.member("signature", signature) }
                }
            }
        }
    }

    private mutating func converseResult(_ result: ToolResult, number: inout Int) {
        key("toolResult")
        beginObject()
        member("toolUseId", AnthropicToolID.allowed(result.callID))
        key("content")
        beginArray()
        for part in result.content { converseBlock(part, number: &number) }
        endArray()
        if result.isError { member("status", "error") }
        endObject()
    }

    private mutating func nested(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }
}

/// A document's name as Converse takes it: letters, digits, single spaces, hyphens, brackets; no two alike in a request.
enum ConverseDocumentName {
    static func allowed(_ name: String?, number: Int) -> String {
        var output = ""
        for scalar in (name ?? "").unicodeScalars.prefix(160) {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "(", ")", "[", "]": output.unicodeScalars.append(scalar)
            default: if !output.isEmpty, !output.hasSuffix(" ") { output += " " }
            }
        }
        if output.hasSuffix(" ") { output.removeLast() }
        if output.isEmpty { return "document \(number)" }
        return number == 1 ? output : "\(output) \(number)"
    }
}
