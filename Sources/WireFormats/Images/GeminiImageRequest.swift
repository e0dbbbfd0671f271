internal import GatewayTypes
internal import JSON

/// What of an image request Google's models can be told: the prompt, the picture's proportions and, Imagen, how many.
struct GeminiImageRequest {
    let body: [UInt8]
    /// The caller's names of the rest.
    let dropped: [String]

    /// - Parameters:
    ///   - request: one whose shape was checked.
    ///   - editing: what is to be changed, if something is.
    init(_ request: ClientRequest, isImagen: Bool, editing: EditedImages? = nil) {
        let json = editing?.fields ?? request.json
        let size = json["size"]?.string.flatMap(ImageProportions.init(_:))
        let ratio = size?.nearest(of: isImagen ? ImageProportions.imagen : ImageProportions.gemini)
        var dropped: [String] = []
        for (key, value) in json.members where !value.isNull {
            switch key {
            case "model", "prompt", "stream": continue
            case "images": if editing != nil { continue }
            case "partial_images": if value.int == 0 { continue }
            case "n": if isImagen || value.int == 1 { continue }
            case "size": if value.isString("auto") || ratio?.isSame(as: size) == true { continue }
            case "response_format": if value.isString("b64_json") { continue }
            case "output_format": if value.isString("png") { continue }
            default: if value.isString("auto") { continue }
            }
            dropped.append(key)
        }
        self.dropped = dropped.sorted()
        let prompt = json["prompt"]?.string ?? ""
        body =
            isImagen
            ? Self.imagen(prompt, count: request.needs.choiceCount, ratio)
            : Self.gemini(prompt, editing?.media ?? [], ratio)
    }

    private static func imagen(_ prompt: String, count: Int, _ ratio: ImageProportions?) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("instances", array: { $0.object { $0.member("prompt", prompt) } })
                $0.member(
                    "parameters",
                    object: {
                        $0.member("sampleCount", count)
                        if let ratio { $0.member("aspectRatio", ratio.text) }
                    })
            }
        }
    }

    private static func gemini(_ prompt: String, _ images: [Media], _ ratio: ImageProportions?) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member(
                    "contents",
                    array: {
                        $0.object {
                            $0.member("role", "user")
                            $0.member(
                                "parts",
                                array: {
                                    $0.object { $0.member("text", prompt) }
                                    for image in images { $0.geminiPart(.media(image)) }
                                })
                        }
                    })
                $0.member(
                    "generationConfig",
                    object: {
                        // Older models refuse to draw without being allowed to speak.
                        $0.member(
                            "responseModalities",
                            array: {
                                $0.string("TEXT")
                                $0.string("IMAGE")
                            })
                        guard let ratio else { return }
                        $0.member("imageConfig", object: { $0.member("aspectRatio", ratio.text) })
                    })
            }
        }
    }
}
