import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Embeddings as Gemini's and Ollama's clients ask for them")
struct GeminiOllamaEmbeddingsTests {
    private static func asked(_ format: any ClientFormat.Type, _ path: String, _ body: String) throws -> ClientRequest {
        try format.understand(ReceivedRequest(body: Array(body.utf8), path: path))
    }

    private static let batch =
        #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY"},{"model":"models/m","content":{"parts":[{"text":"b"}]},"task_type":"RETRIEVAL_QUERY"}]}"#

    @Test("Gemini is sent the caller's bytes but for the models' names, and its answer goes on as it is")
    func geminiPassThrough() throws {
        let asked = try Self.asked(GeminiEmbeddings.self, "/models/m:batchEmbedContents", Self.batch)
        let call = try GeminiEmbeddings.call(asked, to: target(.gemini, model: "up"))
        #expect(String(decoding: call.body, as: UTF8.self) == Self.batch.replacing("models/m", with: "models/up"))
        #expect(call.path == "/models/up:batchEmbedContents")
        var relay = call.relay
        let answer = Array(try #require(embeddingAnswers[.gemini]).utf8)
        #expect(try relay.whole(answer) == answer && relay.summary.usage == Usage(promptTokens: 9))
    }

    @Test("Other formats answer in Gemini's shape", arguments: [WireFormat.openAIChat, .ollamaChat, .cohereChat])
    func geminiTranslated(wire: WireFormat) throws {
        let asked = try Self.asked(GeminiEmbeddings.self, "/models/m:batchEmbedContents", Self.batch)
        #expect(asked.model == "m" && asked.needs.wires == nil)
        let call = try GeminiEmbeddings.call(asked, to: target(wire))
        #expect(call.dropped == (wire == .cohereChat ? [] : ["taskType"]))
        var relay = call.relay
        let answer = try relay.whole(Array(try #require(embeddingAnswers[wire]).utf8))
        #expect(
            String(decoding: answer, as: UTF8.self)
                == #"{"embeddings":[{"values":[1.5,-2]},{"values":[0.25,3e1]}],"usageMetadata":{"promptTokenCount":9}}"#
        )
    }

    @Test("One content is one embedding")
    func geminiSingle() throws {
        let body = #"{"content":{"parts":[{"text":"a"}]},"output_dimensionality":"2","oddity":1}"#
        let asked = try Self.asked(GeminiEmbeddings.self, "/models/x/m:embedContent", body)
        let call = try GeminiEmbeddings.call(asked, to: target(.openAIChat, model: "up"))
        #expect(asked.model == "x/m" && call.dropped == ["oddity"])
        #expect(String(decoding: call.body, as: UTF8.self) == #"{"model":"up","input":["a"],"dimensions":2}"#)
        var relay = call.relay
        let answer = try relay.whole(Array(#"{"data":[{"embedding":[1,2]}]}"#.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"embedding":{"values":[1,2]}}"#)
    }

    @Test(
        "Pictures, beside text or not, and several purposes in one request, are Gemini's alone",
        arguments: [
            #"{"requests":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}}]}"#,
            #"{"requests":[{"content":{"parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}}]}"#,
            #"{"requests":[{"content":{"parts":[{"text":"a","inline_data":{"mime_type":"image/png","data":"AA=="}}]}}]}"#,
            #"{"requests":[{"content":{"parts":[{"text":"a","fileData":{"fileUri":"gs://a/b.png"}}]}}]}"#,
            #"{"requests":[{"content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING"},{"content":{"parts":[{"text":"b"}]}}]}"#,
        ])
    func onlyGemini(body: String) throws {
        let asked = try Self.asked(GeminiEmbeddings.self, "/models/m:batchEmbedContents", body)
        #expect(asked.needs.wires == [.gemini])
        for wire in [WireFormat.openAIChat, .ollamaChat, .cohereChat, .bedrockConverse] {
            #expect {
                try GeminiEmbeddings.call(asked, to: target(wire))
            } throws: { ($0 as? GatewayError)?.code == "unsupported_by_model" }
        }
        #expect(throws: Never.self) { try GeminiEmbeddings.call(asked, to: target(.gemini)) }
    }

    @Test(
        "What is no request of Gemini's is refused by name",
        arguments: [
            ("embedContent", "{}", "content"), ("embedContent", #"{"content":{"parts":[]}}"#, "content.parts"),
            ("embedContent", #"{"content":{"parts":[{"text":"a"}]},"taskType":1}"#, "taskType"),
            ("batchEmbedContents", "{}", "requests"),
            ("batchEmbedContents", #"{"requests":[{}]}"#, "requests[0].content"),
        ])
    func geminiRefused(operation: String, body: String, field: String) {
        #expect {
            _ = try Self.asked(GeminiEmbeddings.self, "/models/m:\(operation)", body)
        } throws: { ($0 as? GatewayError)?.parameter == field }
    }

    @Test("Ollama is sent the caller's bytes but for the model", arguments: ["/api/embed", "/api/embeddings"])
    func ollamaPassThrough(path: String) throws {
        let isOld = path == "/api/embeddings"
        let body = #"{"model":"m", "\#(isOld ? "prompt" : "input")":"a","keep_alive":"5m","options":{"num_ctx":9}}"#
        let asked = try Self.asked(OllamaEmbed.self, path, body)
        let call = try OllamaEmbed.call(asked, to: target(.ollamaChat, model: "up"))
        #expect(
            call.path == path && String(decoding: call.body, as: UTF8.self) == body.replacing(#""m""#, with: #""up""#))
        var relay = call.relay
        let answer = Array((isOld ? #"{"embedding":[1.50]}"# : #"{"embeddings":[[1.50]],"prompt_eval_count":3}"#).utf8)
        #expect(try relay.whole(answer) == answer && relay.summary.usage?.promptTokens == (isOld ? nil : 3))
    }

    @Test("Other formats answer in Ollama's shape", arguments: [WireFormat.openAIChat, .gemini, .cohereChat])
    func ollamaTranslated(wire: WireFormat) throws {
        let asked = try Self.asked(
            OllamaEmbed.self, "/api/embed", #"{"model":"m","input":["a","b"],"truncate":false,"keep_alive":"5m"}"#)
        let call = try OllamaEmbed.call(asked, to: target(wire))
        #expect(call.dropped == (wire == .cohereChat ? ["keep_alive"] : ["keep_alive", "truncate"]))
        var relay = call.relay
        let answer = try relay.whole(Array(try #require(embeddingAnswers[wire]).utf8))
        #expect(
            String(decoding: answer, as: UTF8.self)
                == #"{"model":"m","embeddings":[[1.5,-2],[0.25,3e1]],"prompt_eval_count":9}"#)
    }

    @Test("The older path of Ollama answers one vector")
    func ollamaOld() throws {
        let asked = try Self.asked(OllamaEmbed.self, "/api/embeddings", #"{"model":"m","prompt":"a"}"#)
        var relay = try OllamaEmbed.call(asked, to: target(.openAIChat)).relay
        let answer = try relay.whole(Array(#"{"data":[{"embedding":[1,2]}]}"#.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"embedding":[1,2]}"#)
        #expect {
            _ = try Self.asked(OllamaEmbed.self, "/api/embeddings", #"{"model":"m","input":"a"}"#)
        } throws: { ($0 as? GatewayError)?.parameter == "prompt" }
    }
}
