import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Images by Google's models")
struct GeminiImagesTests {
    private static func call(_ fields: String, model: String) throws -> UpstreamCall {
        let body = #"{"model":"m","prompt":"a \"cat\""\#(fields.isEmpty ? "" : ",")\#(fields)}"#
        let received = ReceivedRequest(body: Array(body.utf8), path: "/images/generations")
        return try OpenAIImages.call(try OpenAIImages.understand(received), to: target(.gemini, model: model))
    }

    private static let drawn = """
        {"candidates":[{"content":{"parts":[{"text":"Here."},{"inlineData":{"mimeType":"image/jpeg","data":"eHg="}}]},
        "finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1290},"modelVersion":"g"}
        """

    @Test("Gemini's are asked to speak and draw, and what they drew comes in OpenAI's shape")
    func gemini() throws {
        let call = try Self.call(#""n":1,"size":"1536x1024","quality":"high","response_format":"b64_json""#, model: "g")
        #expect(call.path == "/models/g:generateContent" && call.dropped == ["quality"])
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"contents":[{"role":"user","parts":[{"text":"a \"cat\""}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"3:2"}}}"#
        )
        var relay = call.relay
        let json = try JSONValue.parse(try relay.whole(Array(Self.drawn.utf8)))
        #expect(json["created"]?.int == 7 && json["output_format"]?.string == "jpeg")
        #expect(json["data"]?.elements.compactMap { $0["b64_json"]?.string } == ["eHg="])
        #expect(json["usage"]?["output_tokens"]?.int == 1290)
        #expect(relay.summary.measure == .images(1) && relay.summary.model == "g")
        #expect(relay.summary.usage == Usage(promptTokens: 4, completionTokens: 1290))
    }

    /// A form with a picture of three bytes under each of `files`.
    private static func form(_ fields: [(String, String)], files: [(name: String, type: String?)]) -> ReceivedRequest {
        var body: [UInt8] = []
        for (name, text) in fields {
            body += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8
        }
        for (name, type) in files {
            let header = type.map { "Content-Type: \($0)\r\n" } ?? ""
            body +=
                "--b\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"a\"\r\n\(header)\r\n".utf8
            body += [0xFF, 0xD8, 0xFF] + Array("\r\n".utf8)
        }
        return ReceivedRequest(
            body: body + Array("--b--\r\n".utf8), path: "/images/edits",
            headers: ["content-type": "multipart/form-data; boundary=b"])
    }

    private static func edit(_ received: ReceivedRequest, model: String = "g") throws -> UpstreamCall {
        try OpenAIImages.call(try OpenAIImages.understand(received), to: target(.gemini, model: model))
    }

    @Test("Gemini's are shown what they shall change, from a form")
    func editForm() throws {
        let fields = [
            ("model", "m"), ("prompt", "12"), ("n", "1"), ("size", "1024x1024"), ("stream", "true"),
            ("input_fidelity", "high"),
        ]
        let call = try Self.edit(
            Self.form(fields, files: [("image[]", "image/webp"), ("image[]", "application/octet-stream")]))
        #expect(call.path == "/models/g:generateContent" && call.dropped == ["input_fidelity"])
        #expect(call.contentType == "application/json")
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"contents":[{"role":"user","parts":[{"text":"12"},{"inlineData":{"mimeType":"image/webp","data":"/9j/"}},{"inlineData":{"mimeType":"image/jpeg","data":"/9j/"}}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"1:1"}}}"#
        )
        var relay = call.relay
        let events = String(decoding: try relay.whole(Array(Self.drawn.utf8)), as: UTF8.self)
        #expect(events.hasPrefix("event: image_edit.completed\ndata: {") && events.contains(#""b64_json":"eHg=""#))
        #expect(relay.summary.measure == .images(1))
    }

    @Test("And from JSON")
    func editJSON() throws {
        let kept = "https://generativelanguage.googleapis.com/v1beta/files/1"
        let body =
            #"{"model":"m","prompt":"a hat","images":[{"image_url":"data:image/png;base64,AA=="},{"image_url":"https://e.com/a.png","file_id":null},{"file_id":"\#(kept)"}],"quality":"low"}"#
        let call = try Self.edit(ReceivedRequest(body: Array(body.utf8), path: "/images/edits"))
        let parts = try JSONValue.parse(call.body)["contents"]?[0]?["parts"]
        #expect(
            parts.map { String(decoding: $0.raw, as: UTF8.self) }
                == #"[{"text":"a hat"},{"inlineData":{"mimeType":"image/png","data":"AA=="}},{"fileData":{"mimeType":"image/png","fileUri":"https://e.com/a.png"}},{"fileData":{"fileUri":"\#(kept)"}}]"#
        )
        #expect(call.dropped == ["quality"])
    }

    @Test("An edit that Google's models cannot be told goes to another, naming why")
    func unsupportedEdits() throws {
        let fields = [("model", "m"), ("prompt", "a hat")]
        let json = { (rest: String) in
            ReceivedRequest(body: Array(#"{"model":"m","prompt":"p"\#(rest)}"#.utf8), path: "/images/edits")
        }
        let image = #","images":[{"image_url":"data:image/png;base64,AA=="}]"#
        for (received, model, field) in [
            (Self.form(fields, files: [("image", nil), ("mask", nil)]), "g", "mask"),
            (json(image + #","mask":{"image_url":"data:image/png;base64,AA=="}"#), "g", "mask"),
            (json(#","images":[{"file_id":"file-1"}]"#), "g", "images.file_id"), (json(""), "g", "images"),
            (json(#","images":["x"]"#), "g", "images"),
            (Self.form(fields, files: [("image", nil)]), "imagen-4.0-generate-001", "model"),
        ] {
            #expect {
                try Self.edit(received, model: model)
            } throws: { ($0 as? GatewayError)?.parameter == field }
        }
    }

    @Test("Imagen is told how many")
    func imagen() throws {
        let call = try Self.call(#""n":2,"size":"1024x1024""#, model: "imagen-4.0-generate-001")
        #expect(call.path == "/models/imagen-4.0-generate-001:predict" && call.dropped.isEmpty)
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"instances":[{"prompt":"a \"cat\""}],"parameters":{"sampleCount":2,"aspectRatio":"1:1"}}"#)
        var relay = call.relay
        let text = """
            {"predictions":[{"mimeType":"image/png","bytesBase64Encoded":"eHg="},{"mimeType":"image/png",
            "bytesBase64Encoded":"eXk="}]}
            """
        let json = try JSONValue.parse(try relay.whole(Array(text.utf8)))
        #expect(json["data"]?.elements.compactMap { $0["b64_json"]?.string } == ["eHg=", "eXk="])
        #expect(relay.summary.measure == .images(2))
    }

    @Test(
        "What cannot be said is named",
        arguments: [
            (#""n":3"#, ["n"]), (#""size":"1792x1024""#, ["size"]), (#""size":"auto","background":"auto""#, []),
            (#""size":"huge""#, ["size"]), (#""response_format":"url","user":"u""#, ["response_format", "user"]),
            (#""output_format":"webp","zz":null"#, ["output_format"]),
            (#""stream":true,"partial_images":2"#, ["partial_images"]),
        ] as [(String, [String])])
    func dropped(fields: String, names: [String]) throws {
        #expect(try Self.call(fields, model: "g").dropped == names)
    }

    @Test("A caller who wants a stream gets each picture as its last event")
    func stream() throws {
        var relay = try Self.call(#""stream":true"#, model: "g").relay
        _ = try relay.feed(Array(Self.drawn.utf8))
        let text = String(decoding: try relay.finish(), as: UTF8.self)
        #expect(text.hasPrefix("event: image_generation.completed\ndata: {") && text.hasSuffix("}\n\n"))
        let data = try JSONValue.parse(Array(text.drop { $0 != "{" }.utf8))
        #expect(data["b64_json"]?.string == "eHg=" && data["usage"]?["total_tokens"]?.int == 1294)
    }

    @Test(
        "Pictures that are held back are a content filter's doing",
        arguments: [
            ("g", #"{"promptFeedback":{"blockReason":"SAFETY"}}"#, UpstreamFailure.Kind.contentFilter),
            ("g", #"{"candidates":[{"finishReason":"IMAGE_SAFETY"}]}"#, .contentFilter),
            ("g", #"{"candidates":[{"content":{"parts":[{"text":"No."}]},"finishReason":"STOP"}]}"#, .badAnswer),
            ("imagen-4", "{}", .contentFilter),
            ("imagen-4", #"{"predictions":[{"raiFilteredReason":"Unsafe."}]}"#, .contentFilter),
            ("imagen-4", #"{"predictions":[{}]}"#, .badAnswer),
            ("g", #"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#, .rateLimit),
        ])
    func heldBack(model: String, text: String, kind: UpstreamFailure.Kind) throws {
        var relay = try Self.call("", model: model).relay
        #expect { try relay.whole(Array(text.utf8)) } throws: { ($0 as? UpstreamFailure)?.kind == kind }
    }
}
