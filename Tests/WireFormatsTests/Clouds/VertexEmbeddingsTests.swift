import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Embeddings on Vertex AI")
struct VertexEmbeddingsTests {
    private static let answer = """
        {"predictions":[{"embeddings":{"values":[1.5,-2],"statistics":{"truncated":false,"token_count":4}}},
        {"embeddings":{"values":[0.25,3e1],"statistics":{"truncated":false,"token_count":5}}}],"metadata":{}}
        """

    private static func hosted(
        _ format: any ClientFormat.Type, _ body: String, path: String = "", model: String = "text-embedding-005"
    ) throws -> UpstreamCall {
        let asked = try format.understand(ReceivedRequest(body: Array(body.utf8), path: path))
        let call = try format.call(asked, to: target(.gemini, model: model))
        return try Cloud.vertex.hosted(call, in: .gemini, model: model, stream: false)
    }

    @Test("Several texts are predicted together, and their vectors come back in OpenAI's shape")
    func several() throws {
        let call = try Self.hosted(
            OpenAIEmbeddings.self, #"{"model":"m","input":["a","b"],"dimensions":2,"input_type":"query"}"#)
        #expect(call.path == "/publishers/google/models/text-embedding-005:predict")
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"instances":[{"content":"a","task_type":"RETRIEVAL_QUERY"},{"content":"b","task_type":"RETRIEVAL_QUERY"}],"parameters":{"outputDimensionality":2}}"#
        )
        var relay = call.relay
        let json = try JSONValue.parse(try relay.whole(Array(Self.answer.utf8)))
        let vectors = json["data"]?.elements.compactMap { $0["embedding"]?.raw }.map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(vectors == ["[1.5,-2]", "[0.25,3e1]"] && json["usage"]?["prompt_tokens"]?.int == 9)
        #expect(relay.summary.usage == Usage(promptTokens: 9))
    }

    @Test("One text of Gemini's own client keeps its purpose and title, and is answered as the Gemini API does")
    func one() throws {
        let body =
            #"{"content":{"parts":[{"text":"a"},{"text":"b"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"t"}"#
        let call = try Self.hosted(GeminiEmbeddings.self, body, path: "/models/m:embedContent")
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"instances":[{"content":"a\nb","task_type":"RETRIEVAL_DOCUMENT","title":"t"}]}"#)
        var relay = call.relay
        let text = #"{"predictions":[{"embeddings":{"values":[1.5],"statistics":{"token_count":2}}}]}"#
        let json = try JSONValue.parse(try relay.whole(Array(text.utf8)))
        #expect(json["embedding"]?["values"].map { String(decoding: $0.raw, as: UTF8.self) } == "[1.5]")
        #expect(relay.summary.usage == Usage(promptTokens: 2))
    }

    @Test(
        "A picture is no text that could be predicted: another candidate may take it",
        arguments: [
            #"[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]"#,
            #"{"inlineData":{"mimeType":"image/png","data":"AA=="}}"#,
        ])
    func pictures(parts: String) throws {
        let body = #"{"content":{"parts":\#(parts)}}"#
        #expect {
            try Self.hosted(GeminiEmbeddings.self, body, path: "/models/m:embedContent")
        } throws: {
            ($0 as? UpstreamFailure)?.kind == .unsupported && ($0 as? UpstreamFailure)?.code == "unsupported_by_model"
        }
        let model = "gemini-embedding-2"
        let call = try Self.hosted(GeminiEmbeddings.self, body, path: "/models/m:embedContent", model: model)
        #expect(call.path == "/publishers/google/models/\(model):embedContent" && call.body.count >= body.utf8.count)
    }

    @Test("Gemini's second generation is asked as the Gemini API is, its first is not")
    func generations() throws {
        for (model, operation) in [
            ("gemini-embedding-2-preview", "embedContent"), ("gemini-embedding-001", "predict"),
            ("text-multilingual-embedding-002", "predict"),
        ] {
            let call = try Self.hosted(OpenAIEmbeddings.self, #"{"model":"m","input":"a"}"#, model: model)
            #expect(call.path == "/publishers/google/models/\(model):\(operation)")
        }
    }

    @Test(
        "What is no answer is told as such",
        arguments: ["{}", #"{"predictions":[]}"#, #"{"predictions":[{"embeddings":{}}]}"#, "no"])
    func noAnswer(text: String) throws {
        for input in [#""a""#, #"["a","b"]"#] {
            var relay = try Self.hosted(OpenAIEmbeddings.self, #"{"model":"m","input":\#(input)}"#).relay
            #expect { try relay.whole(Array(text.utf8)) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
        }
    }
}
