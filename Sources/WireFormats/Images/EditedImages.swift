internal import GatewayTypes
internal import JSON

/// What an edit of OpenAI's begins with, from a form or from JSON, for a model that is shown pictures in a conversation.
struct EditedImages {
    private(set) var media: [Media] = []
    /// The request's other fields, in JSON whatever they came in.
    private(set) var fields: JSONValue

    /// - Throws: the error that names what Google's models cannot be told, and what must not be left out: a mask says what may
    ///   be changed.
    init(_ request: ClientRequest) throws(GatewayError) {
        fields = request.json
        if let form = request.form {
            try read(form, request.received.body)
        } else {
            guard request.json.present("mask") == nil else { throw Self.untold("mask") }
            for image in request.json["images"]?.elements.map(\.self) ?? [] {
                guard let url = image["image_url"]?.string ?? image["file_id"]?.string else {
                    throw ChatRequestCheck.wrong("images", "a list of objects with 'image_url' or 'file_id'")
                }
                guard image.present("file_id") == nil || GeminiFile.isKept(url) else {
                    throw Self.untold("images.file_id")
                }
                media.append(GeminiFile.isKept(url) ? Media(fileID: url) : Media(url: url))
            }
        }
        guard !media.isEmpty else { throw RequestFields(json: request.json).missing("images") }
    }

    private mutating func read(_ form: MultipartForm, _ body: [UInt8]) throws(GatewayError) {
        var texts: [(String, String)] = []
        for part in form.parts {
            switch part.name {
            case "image", "image[]":
                let data = Base64.encode(body[part.content])
                let type = part.contentType.flatMap { $0.hasPrefix("image/") ? $0 : nil }
                media.append(.inline(type: type ?? ImageType.guess(data), data: data))
            case "mask": throw Self.untold("mask")
            default:
                guard !texts.contains(where: { $0.0 == part.name }) else { continue }
                texts.append((part.name, try form.text(part.name, in: body) ?? ""))
            }
        }
        fields = try JSONValue.requestBody(
            JSONWriter.bytes {
                $0.object { for (name, text) in texts { Self.write(name, text, to: &$0) } }
            })
    }

    private static func write(_ name: String, _ text: String, to writer: inout JSONWriter) {
        if let number = Int(text), name != "prompt" { writer.member(name, number) } else { writer.member(name, text) }
    }

    private static func untold(_ field: String) -> GatewayError {
        .malformedRequest(
            message: "Unsupported parameter: '\(field)' cannot be told to this model.", parameter: field,
            code: "unsupported_parameter")
    }
}
