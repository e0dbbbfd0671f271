import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Embeddings as Cohere's clients ask for them")
struct CohereEmbedTests {
    private static let body =
        #"{"model":"m","texts":["a","b"],"input_type":"search_query","embedding_types":["float"],"output_dimension":5,"truncate":"START","zz":1}"#

    @Test("Cohere is sent the caller's bytes but for the model, and its answer goes on as it is")
    func passThrough() throws {
        let asked = try Asked(CohereEmbed.self, Self.body, .cohereChat)
        #expect(asked.sentText == Self.body.replacing(#""m""#, with: #""up""#) && asked.call.path == "/embed")
        let answer = try #require(embeddingAnswers[.cohereChat])
        let (_, text, summary) = try asked.answer(answer)
        #expect(text == answer && summary.usage == Usage(promptTokens: 9))
    }

    @Test("Other formats answer in Cohere's shape", arguments: [WireFormat.openAIChat, .gemini, .ollamaChat])
    func translated(wire: WireFormat) throws {
        let asked = try Asked(CohereEmbed.self, Self.body, wire)
        #expect(asked.call.dropped.contains("truncate") && asked.call.dropped.contains("zz"))
        #expect(asked.call.dropped.contains("input_type") == (wire != .gemini))
        let (json, _, summary) = try asked.answer(try #require(embeddingAnswers[wire]))
        let vectors = try #require(json["embeddings"]?["float"]).elements.map {
            String(decoding: $0.raw, as: UTF8.self)
        }
        #expect(vectors == ["[1.5,-2]", "[0.25,3e1]"])
        #expect(json["texts"]?.elements.map(\.string) == ["a", "b"])
        #expect(json["meta"]?["billed_units"]?["input_tokens"]?.int == 9)
        #expect(json["response_type"]?.string == "embeddings_by_type" && json["id"]?.kind == .string)
        #expect(summary.usage == Usage(promptTokens: 9))
    }

    @Test("Packed numbers and pictures are Cohere's alone")
    func onlyCohere() throws {
        for body in [
            #"{"model":"m","texts":["a"],"embedding_types":["int8"]}"#,
            #"{"model":"m","images":["data:image/png;base64,AA=="]}"#,
            #"{"model":"m","texts":["a"],"images":["data:image/png;base64,AA=="]}"#,
            #"{"model":"m","texts":["a"],"inputs":[{"content":[{"type":"text","text":"q"}]}]}"#,
        ] {
            #expect(try CohereEmbed.understand(Array(body.utf8)).needs.wires == [.cohereChat])
        }
    }

    @Test(
        "What is no request is refused by name",
        arguments: [
            (#"{"texts":["a"]}"#, "model"), (#"{"model":"m"}"#, "texts"), (#"{"model":"m","texts":[]}"#, "texts"),
            (#"{"model":"m","texts":"a"}"#, "texts"), (#"{"model":"m","texts":["a",1]}"#, "texts[1]"),
            (#"{"model":"m","texts":["a"],"truncate":"LEFT"}"#, "truncate"),
        ])
    func refused(body: String, field: String) {
        #expect {
            _ = try CohereEmbed.understand(Array(body.utf8))
        } throws: { ($0 as? GatewayError)?.parameter == field }
    }
}
