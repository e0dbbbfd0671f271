import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Images")
struct OpenAIImagesTests {
    private static func understand(_ body: String, default image: String? = nil) throws -> ClientRequest {
        var received = ReceivedRequest(body: Array(body.utf8), path: "/images/generations")
        received.defaultModels.image = image
        return try OpenAIImages.understand(received)
    }

    @Test("Only the model's name differs on the way out")
    func passThrough() throws {
        let asked = try Self.understand(#"{"prompt":"a cat", "model":"m","n":2,"size":"auto","zz":1.0}"#)
        #expect(asked.needs.choiceCount == 2 && asked.needs.operation == .imageGeneration)
        let call = try OpenAIImages.call(asked, to: target(.openAIChat, model: "up"))
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"prompt":"a cat", "model":"up","n":2,"size":"auto","zz":1.0}"#)
        #expect(call.path == "/images/generations")
    }

    @Test("A request without a model is one for the configured model, and without one it is refused with advice")
    func defaults() throws {
        let asked = try Self.understand(#"{"prompt":"a cat"}"#, default: "openai/gpt-image-1")
        #expect(asked.model == "openai/gpt-image-1")
        let call = try OpenAIImages.call(asked, to: target(.openAIChat, model: "gpt-image-1"))
        #expect(String(decoding: call.body, as: UTF8.self) == #"{"prompt":"a cat","model":"gpt-image-1"}"#)
        #expect {
            _ = try Self.understand(#"{"prompt":"a cat"}"#)
        } throws: { error in
            guard let error = error as? GatewayError else { return false }
            return error.parameter == "model" && error.message.contains("defaults.image_model")
        }
    }

    @Test("Edits and variations come as forms", arguments: ["/images/edits", "/images/variations"])
    func forms(path: String) throws {
        let fields = [("prompt", "a hat"), ("n", "3")]
        var received = TranscriptionTests.received(fields, file: "image[]", path: path)
        received.defaultModels.image = "m"
        let asked = try OpenAIImages.understand(received)
        #expect(asked.model == "m" && asked.needs.choiceCount == 3 && asked.needs.promptTokens == 802)
        let call = try OpenAIImages.call(asked, to: target(.openAIChat, model: "up"))
        #expect(call.body == TranscriptionTests.received([("model", "up")] + fields, file: "image[]").body)
    }

    @Test("What is missing is named")
    func refused() {
        for (received, field) in [
            (TranscriptionTests.received([("model", "m")], file: "image", path: "/images/edits"), "prompt"),
            (
                TranscriptionTests.received([("model", "m"), ("prompt", "p")], file: nil, path: "/images/edits"),
                "image"
            ),
            (
                TranscriptionTests.received([("model", "m"), ("n", "0")], file: "image", path: "/images/variations"),
                "n"
            ),
            (ReceivedRequest(body: Array(#"{"model":"m"}"#.utf8), path: "/images/generations"), "prompt"),
            (ReceivedRequest(body: Array(#"{"model":"m","prompt":"p","n":0}"#.utf8), path: "/images/generations"), "n"),
        ] {
            #expect { _ = try OpenAIImages.understand(received) } throws: { ($0 as? GatewayError)?.parameter == field }
        }
    }

    @Test("A picture's usage is read, and an answer without pictures is none")
    func whole() throws {
        let asked = try Self.understand(#"{"prompt":"a cat","model":"m"}"#)
        var relay = try OpenAIImages.call(asked, to: target(.openAIChat)).relay
        let body = Array(
            #"{"created":1,"data":[{"b64_json":"AA=="}],"usage":{"input_tokens":5,"output_tokens":1056}}"#.utf8)
        #expect(try relay.whole(body) == body)
        #expect(relay.summary.usage == Usage(promptTokens: 5, completionTokens: 1056))
        #expect { _ = try relay.whole(Array("{}".utf8)) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("Partial pictures go on as they come until the picture is complete")
    func streamed() throws {
        let asked = try Self.understand(#"{"prompt":"a cat","model":"m","stream":true,"partial_images":1}"#)
        var relay = try OpenAIImages.call(asked, to: target(.openAIChat)).relay
        try relay.begin(contentType: "text/event-stream")
        let first = Array(
            "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AA==\"}\n\n"
                .utf8)
        #expect(try relay.feed(first) == first && relay.summary.hasFirstToken)
        #expect(throws: UpstreamFailure.self) {
            var cut = relay
            _ = try cut.finish()
        }
        let last = Array(
            "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\"AA==\",\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}\n\n"
                .utf8)
        #expect(try relay.feed(last) + relay.finish() == last)
        #expect(relay.summary.usage?.completionTokens == 7)
    }
}
