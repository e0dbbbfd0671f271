internal import GatewayTypes
internal import JSON

/// Reads one part of a message's content.
enum ChatPartReader {
    static func read(
        _ part: JSONValue, _ place: String, unknown: inout UnknownFields
    ) throws(GatewayError) -> [ContentPart] {
        let type = part["type"]?.string ?? ""
        func text(_ value: JSONValue?, _ key: String) throws(GatewayError) -> String {
            guard let text = value?.string else { throw ChatRequestCheck.wrong("\(place).\(key)", "a string") }
            return text
        }
        var handled: Set<String> = ["type", "cache_control", type]
        defer { unknown.add(part, besides: handled, under: "messages.content") }
        switch type {
        case "text": return [.text(try text(part["text"], "text"))]
        case "refusal": return [.refusal(try text(part["refusal"], "refusal"))]
        case "image_url":
            let image = part["image_url"]
            let url = try text(image?.kind == .string ? image : image?["url"], "image_url.url")
            return [.image(Media(url: url), detail: image?["detail"]?.string)]
        case "input_audio":
            let audio = part["input_audio"]
            let data = try text(audio?.kind == .string ? audio : audio?["data"], "input_audio.data")
            if data.isWebAddress || data.hasPrefix("data:") { return [.audio(Media(url: data))] }
            let type = ChatAudio.mediaType(of: audio?["format"]?.string ?? "wav")
            return [.audio(.inline(type: type, data: data))]
        case "video_url":
            let video = part["video_url"]
            return [.video(Media(url: try text(video?.kind == .string ? video : video?["url"], "video_url.url")))]
        case "document_url":
            handled.insert("document_name")
            let document = part["document_url"]
            let url = try text(document?.kind == .string ? document : document?["url"], "document_url")
            return [.document(Media(url: url), name: part["document_name"]?.string)]
        case "file": return [try file(part["file"], place)]
        case "thinking":
            handled.insert("signature")
            let thinking = part["thinking"]
            let text = thinking?.string ?? thinking?.elements.compactMap { $0["text"]?.string }.joined() ?? ""
            return [.thinking(Thinking(text: text, signature: part["signature"]?.string))]
        default:
            throw .malformedRequest(
                message: "Invalid value for '\(place).type': parts of type '\(type)' cannot be sent to this model.",
                parameter: "\(place).type", code: "unsupported_value")
        }
    }

    private static func file(_ file: JSONValue?, _ place: String) throws(GatewayError) -> ContentPart {
        let name = file?["filename"]?.string
        if let id = file?["file_id"]?.string { return .document(Media(fileID: id), name: name) }
        guard let data = file?["file_data"]?.string else {
            throw ChatRequestCheck.wrong("\(place).file", "an object with 'file_id' or 'file_data'")
        }
        if data.isWebAddress || data.hasPrefix("data:") { return .document(Media(url: data), name: name) }
        return .document(.inline(type: "application/pdf", data: data), name: name)
    }
}

extension Media {
    /// What an OpenAI client calls a file: OpenAI's own, or one of Google's, which has an address.
    init(fileID id: String) { self = .file(id: id, keptBy: GeminiFile.isKept(id) ? .google : .openAI) }

    /// A `data:` URL in base64 becomes its content, any other stays a URL.
    init(url: String) {
        guard url.hasPrefix("data:"), let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")) else {
            self = .url(url, type: nil)
            return
        }
        let header = url[url.index(url.startIndex, offsetBy: 5)..<comma]
        guard header.hasSuffix(";base64") else {
            self = .url(url, type: nil)
            return
        }
        let type = header.dropLast(7).prefix { $0 != ";" }
        self = .inline(type: String(type), data: String(url[url.utf8.index(after: comma)...]))
    }
}

extension String {
    var isWebAddress: Bool { hasPrefix("https://") || hasPrefix("http://") }
}
