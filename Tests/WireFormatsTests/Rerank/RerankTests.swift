import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Rankings of documents")
struct RerankTests {
    private static let jina =
        #"{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1,"return_documents":true,"zz":1}"#
    private static let cohere = #"{"model":"m","query":"q","documents":["a","b"],"top_n":1,"priority":3}"#

    @Test("The caller's own shape goes and comes untouched but for the model")
    func passThrough() throws {
        let asked = try Asked(Rerank.self, Self.jina, .openAIChat)
        #expect(asked.sentText == Self.jina.replacing(#""m""#, with: #""up""#) && asked.call.path == "/rerank")
        for list in ["results", "data"] {
            let answer =
                #"{"model":"served","\#(list)":[{"index":1,"relevance_score":0.90}],"usage":{"total_tokens":7}}"#
            let (_, text, summary) = try asked.answer(answer)
            #expect(text == answer && summary.usage == Usage(promptTokens: 7))
        }
        let own = try Asked(CohereRerank.self, Self.cohere, .cohereChat)
        #expect(own.sentText == Self.cohere.replacing(#""m""#, with: #""up""#))
        let answer =
            #"{"id":"x","results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1}}}"#
        let (_, text, summary) = try own.answer(answer)
        #expect(text == answer && summary.usage == nil)
    }

    @Test("Jina's words reach Cohere, and documents come back with the scores if they were asked for")
    func toCohere() throws {
        let asked = try Asked(Rerank.self, Self.jina, .cohereChat)
        #expect(asked.sentText == #"{"model":"up","query":"q","documents":["a","b"],"top_n":1}"#)
        #expect(asked.call.dropped == ["zz"])
        let (json, text, _) = try asked.answer(#"{"id":"x","results":[{"index":1,"relevance_score":0.90}]}"#)
        #expect(text.contains(#""results":[{"index":1,"relevance_score":0.90,"document":{"text":"b"}}]"#))
        #expect(json["usage"]?["total_tokens"]?.int ?? 0 > 0)
    }

    @Test("Cohere's words reach Jina, and the answer is Cohere's")
    func toJina() throws {
        let asked = try Asked(CohereRerank.self, Self.cohere, .openAIChat)
        #expect(
            asked.sentText == #"{"model":"up","query":"q","documents":["a","b"],"top_n":1,"return_documents":false}"#)
        #expect(asked.call.dropped == ["priority"])
        let (json, text, summary) = try asked.answer(
            #"{"results":[{"index":1,"relevance_score":0.90,"document":{"text":"b"}}],"usage":{"total_tokens":7}}"#)
        #expect(text.contains(#""results":[{"index":1,"relevance_score":0.90}]"#))
        #expect(json["meta"]?["billed_units"]?["input_tokens"]?.int == 7 && summary.usage?.promptTokens == 7)
    }

    @Test(
        "A result that names no document is no answer",
        arguments: [
            #"{"results":[{"index":2,"relevance_score":0.9}]}"#, #"{"results":[{"index":-1,"relevance_score":0.9}]}"#,
            #"{"results":[{"index":0}]}"#, #"{"results":{}}"#, "{}",
        ])
    func noAnswer(body: String) throws {
        for asked in [
            try Asked(Rerank.self, Self.jina, .cohereChat), try Asked(CohereRerank.self, Self.cohere, .openAIChat),
        ] {
            #expect { _ = try asked.answer(body) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
        }
    }

    @Test(
        "What is no request is refused by name",
        arguments: [
            (#"{"query":"q","documents":["a"]}"#, "model"), (#"{"model":"m","documents":["a"]}"#, "query"),
            (#"{"model":"m","query":"","documents":["a"]}"#, "query"), (#"{"model":"m","query":"q"}"#, "documents"),
            (#"{"model":"m","query":"q","documents":[]}"#, "documents"),
            (#"{"model":"m","query":"q","documents":["a",1]}"#, "documents[1]"),
            (#"{"model":"m","query":"q","documents":["a"],"top_n":0}"#, "top_n"),
        ])
    func refused(body: String, field: String) {
        for format in [Dialect.rerank.format, Dialect.cohereRerank.format] {
            #expect {
                _ = try format.understand(ReceivedRequest(body: Array(body.utf8)))
            } throws: { ($0 as? GatewayError)?.parameter == field }
        }
    }

    @Test("A document without a text is for those to make sense of whose words it is in")
    func objects() throws {
        let body = Array(#"{"model":"m","query":"q","documents":["a",{"title":"b"}]}"#.utf8)
        #expect(try Rerank.understand(body).needs.wires == [.openAIChat])
        #expect(try CohereRerank.understand(body).needs.wires == [.cohereChat])
    }
}
