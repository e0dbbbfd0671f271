internal import GatewayTypes
internal import JSON

/// The pictures in an answer of Google's, told as OpenAI tells them.
struct GeminiImageAnswer {
    /// Base64, each a JSON string as it came.
    private(set) var images: [JSONValue] = []
    private(set) var model: String?
    private(set) var usage: Usage?
    private var mediaType = "image/png"

    /// - Throws: the error that the answer is; `contentFilter` where the pictures were held back.
    init(_ json: JSONValue, isImagen: Bool) throws(UpstreamFailure) {
        if let failure = GeminiFailure.inAnswer(json) { throw failure }
        model = json["modelVersion"]?.string
        usage = json["usageMetadata"].flatMap(GeminiUsage.common)
        let withheld = isImagen ? readPredictions(json) : readCandidates(json)
        guard images.isEmpty else { return }
        guard let withheld else { throw .noAnswer("it has no image") }
        throw UpstreamFailure(
            .contentFilter, message: "The provider made no image: \(ProviderMessage.safe(withheld))")
    }

    /// - Returns: why there is none, if the provider says so.
    private mutating func readPredictions(_ json: JSONValue) -> String? {
        var reason: String?
        // When all of them are held back there are no predictions.
        guard let predictions = json["predictions"] else { return "all of them were filtered" }
        for prediction in predictions.elements {
            if let image = prediction["bytesBase64Encoded"], image.kind == .string {
                add(image, type: prediction["mimeType"])
            }
            reason = reason ?? prediction["raiFilteredReason"]?.string
        }
        return reason ?? (predictions.count == 0 ? "all of them were filtered" : nil)
    }

    private mutating func readCandidates(_ json: JSONValue) -> String? {
        var reason = json["promptFeedback"]?["blockReason"]?.string
        for candidate in json["candidates"]?.elements.map(\.self) ?? [] {
            for part in candidate["content"]?["parts"]?.elements.map(\.self) ?? [] where part["thought"]?.bool != true {
                guard let media = part["inlineData"], let image = media["data"], image.kind == .string else { continue }
                add(image, type: media["mimeType"])
            }
            let word = candidate["finishReason"]?.string ?? ""
            if GeminiFinish.read(word, hasCalls: false) == .contentFilter { reason = reason ?? word }
        }
        return reason
    }

    private mutating func add(_ image: JSONValue, type: JSONValue?) {
        images.append(image)
        if let type = type?.string { mediaType = type }
    }

    // MARK: - As OpenAI has it

    private var format: String {
        let word = mediaType.split(separator: "/").last.map(String.init) ?? "png"
        return word == "jpg" ? "jpeg" : word
    }

    func body(created: Int) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("created", created)
                $0.member(
                    "data", array: { list in for image in images { list.object { $0.member("b64_json", image) } } })
                $0.member("output_format", format)
                if let usage { Self.write(usage, to: &$0) }
            }
        }
    }

    /// An event for each picture, the usage with the last.
    func events(created: Int, isEdit: Bool) -> [UInt8] {
        let type = isEdit ? "image_edit.completed" : "image_generation.completed"
        var output: [UInt8] = []
        for (place, image) in images.enumerated() {
            output += "event: \(type)\ndata: ".utf8
            output += JSONWriter.bytes {
                $0.object {
                    $0.member("type", type)
                    $0.member("b64_json", image)
                    $0.member("created_at", created)
                    for key in ["size", "quality", "background"] { $0.member(key, "auto") }
                    $0.member("output_format", format)
                    Self.write(place == images.count - 1 ? usage ?? Usage() : Usage(), to: &$0)
                }
            }
            output += "\n\n".utf8
        }
        return output
    }

    private static func write(_ usage: Usage, to writer: inout JSONWriter) {
        writer.member(
            "usage",
            object: {
                $0.member("input_tokens", usage.promptTokens)
                $0.member("output_tokens", usage.completionTokens)
                $0.member("total_tokens", usage.totalTokens)
                $0.member(
                    "input_tokens_details",
                    object: {
                        $0.member("text_tokens", usage.promptTokens)
                        $0.member("image_tokens", 0)
                    })
            })
    }
}
