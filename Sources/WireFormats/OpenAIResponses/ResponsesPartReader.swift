internal import GatewayTypes
internal import JSON

/// Reads one part of a message's or an output's content.
enum ResponsesPartReader {
    /// - Parameter name: how the caller's words call the place, for what has to be left out.
    static func read(
        _ part: JSONValue, _ place: String, under name: String, _ unknown: inout UnknownFields
    ) throws(GatewayError) -> ContentPart {
        let type = part["type"]?.string ?? ""
        var known: Set<String> = ["type"]
        defer { unknown.add(part, besides: known, under: name) }
        func text(_ key: String) throws(GatewayError) -> String {
            guard let text = part[key]?.string else { throw ChatRequestCheck.wrong("\(place).\(key)", "a string") }
            return text
        }
        switch type {
        case "input_text", "output_text", "text", "summary_text":
            // What an answer's text has besides (annotations, logprobs) tells of that answer and asks for nothing.
            known = ["type", "text", "annotations", "logprobs"]
            return .text(try text("text"))
        case "refusal":
            known = ["type", "refusal"]
            return .refusal(try text("refusal"))
        case "input_image":
            known = ["type", "image_url", "file_id", "detail"]
            let detail = part["detail"]?.string
            if let id = part["file_id"]?.string { return .image(Media(fileID: id), detail: detail) }
            guard let url = part["image_url"]?.string else {
                throw ChatRequestCheck.wrong("\(place).image_url", "a string, or 'file_id' must be given")
            }
            return .image(Media(url: url), detail: detail)
        case "input_audio":
            known = ["type", "input_audio"]
            guard let data = part["input_audio"]?["data"]?.string else {
                throw ChatRequestCheck.wrong("\(place).input_audio.data", "a string")
            }
            let format = part["input_audio"]?["format"]?.string ?? "wav"
            return .audio(.inline(type: ChatAudio.mediaType(of: format), data: data))
        case "input_file":
            known = ["type", "file_id", "file_data", "file_url", "filename"]
            return try file(part, place)
        default:
            throw .malformedRequest(
                message: "Invalid value for '\(place).type': parts of type '\(type)' cannot be sent to this model.",
                parameter: "\(place).type", code: "unsupported_value")
        }
    }

    private static func file(_ part: JSONValue, _ place: String) throws(GatewayError) -> ContentPart {
        let name = part["filename"]?.string
        if let id = part["file_id"]?.string { return .document(Media(fileID: id), name: name) }
        if let url = part["file_url"]?.string { return .document(Media(url: url), name: name) }
        guard let data = part["file_data"]?.string else {
            throw ChatRequestCheck.wrong("\(place).file_data", "a string, or 'file_id' or 'file_url' must be given")
        }
        if data.isWebAddress || data.hasPrefix("data:") { return .document(Media(url: data), name: name) }
        return .document(.inline(type: "application/pdf", data: data), name: name)
    }
}
