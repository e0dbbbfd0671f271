import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Embeddings on Bedrock")
struct BedrockEmbeddingsTests {
    private static let titan = "amazon.titan-embed-text-v2:0"
    private static let cohere = "us.cohere.embed-v4:0"

    @Test("Titan is asked for one text, in its own words")
    func one() throws {
        let asked = try Asked(
            OpenAIEmbeddings.self, #"{"model":"m","input":["a"],"dimensions":256,"user":"u"}"#, .bedrockConverse,
            model: Self.titan)
        #expect(asked.call.path == "/model/amazon.titan-embed-text-v2%3A0/invoke")
        #expect(asked.sentText == #"{"inputText":"a","dimensions":256}"# && asked.call.dropped == ["user"])
        let (json, _, summary) = try asked.answer(#"{"embedding":[1.5,-2],"inputTextTokenCount":3}"#)
        let vector = try #require(json["data"]?[0]?["embedding"])
        #expect(String(decoding: vector.raw, as: UTF8.self) == "[1.5,-2]")
        #expect(summary.usage == Usage(promptTokens: 3))
    }

    @Test("More texts than a model takes are refused with advice")
    func tooMany() throws {
        let texts = (0..<97).map { "\"\($0)\"" }.joined(separator: ",")
        for (model, input) in [(Self.titan, #""a","b""#), (Self.cohere, texts)] {
            #expect {
                _ = try Asked(
                    OpenAIEmbeddings.self, #"{"model":"m","input":[\#(input)]}"#, .bedrockConverse, model: model)
            } throws: { ($0 as? GatewayError)?.code == "too_many_inputs" }
        }
    }

    @Test("Cohere's models are asked in Cohere's words, the model in the path alone")
    func several() throws {
        let asked = try Asked(
            OpenAIEmbeddings.self, #"{"model":"m","input":["a","b"]}"#, .bedrockConverse, model: Self.cohere)
        #expect(asked.call.path == "/model/us.cohere.embed-v4%3A0/invoke")
        #expect(
            asked.sentText == #"{"input_type":"search_document","texts":["a","b"],"embedding_types":["float"]}"#)
        for embeddings in ["[[1.5,-2],[0.25,3e1]]", #"{"float":[[1.5,-2],[0.25,3e1]]}"#] {
            let (json, _, _) = try asked.answer(#"{"id":"x","embeddings":\#(embeddings),"texts":["a","b"]}"#)
            #expect(json["data"]?.count == 2 && json["usage"]?["prompt_tokens"]?.int == 2)
        }
    }

    @Test("What is no answer is told as such", arguments: ["{}", #"{"embedding":"x"}"#, #"{"embeddings":[]}"#])
    func noAnswer(text: String) throws {
        let asked = try Asked(
            OpenAIEmbeddings.self, #"{"model":"m","input":"a"}"#, .bedrockConverse, model: Self.titan)
        #expect { try asked.answer(text) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }
}
