import HTTPTypes
import Testing
import WireFormats

@testable import NodeServer

@Suite("Endpoint")
struct EndpointTests {
    @Test(
        "Every prefix reaches the same operation",
        arguments: [
            ("/v1/chat/completions", nil), ("/api/v1/chat/completions", nil), ("/api/user/chat/completions", nil),
            ("/api/user/v1/chat/completions", nil), ("/api/u/ann/chat/completions", "ann"),
            ("/api/u/an%6E/v1/chat/completions", "ann"),
        ])
    func prefixes(path: String, username: String?) {
        guard case .model(let place) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(place.path == "/chat/completions")
        #expect(place.username == username)
    }

    @Test(
        "Every operation besides chat has its path and its dialect",
        arguments: [
            ("/v1/embeddings", "/embeddings", .openAIEmbeddings),
            ("/v1/moderations", "/moderations", .openAIModerations),
            ("/v1/rerank", "/rerank", .rerank), ("/v2/rerank", "/rerank", .cohereRerank),
            ("/v2/embed", "/embed", .cohereEmbed), ("/api/embed", "/api/embed", .ollamaEmbed),
            ("/api/embeddings", "/api/embeddings", .ollamaEmbed),
            ("/api/v1/embeddings", "/embeddings", .openAIEmbeddings),
            ("/v1beta/models/a/b:embedContent", "/models/a/b:embedContent", .geminiEmbeddings),
            ("/v1beta/models/a%2Fb:batchEmbedContents", "/models/a/b:batchEmbedContents", .geminiEmbeddings),
            ("/v1/images/generations", "/images/generations", .openAIImages),
            ("/v1/images/edits", "/images/edits", .openAIImages),
            ("/api/u/ann/images/variations", "/images/variations", .openAIImages),
            ("/v1/audio/speech", "/audio/speech", .openAISpeech),
            ("/v1/audio/transcriptions", "/audio/transcriptions", .openAITranscription),
            ("/v1/audio/translations", "/audio/translations", .openAITranscription),
        ] as [(String, String, Dialect)])
    func operations(path: String, operation: String, dialect: Dialect) {
        guard case .model(let place) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(place.path == operation && place.dialect == dialect)
    }

    @Test(
        "A model's name may contain slashes, raw and escaped", arguments: ["/v1/models/a/b/c", "/v1/models/a%2Fb%2fc"])
    func modelNames(path: String) {
        guard case .oneModel(_, let id) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(id == "a/b/c")
    }

    @Test(
        "Everything else is unknown",
        arguments: [
            "/", "/v1", "/v1/", "/v1/chat", "/v2/models", "/api/u//models", "/v1/models/%zz", "/healthy", "/admin/",
        ])
    func unknown(path: String) { #expect(Endpoint(path) == .unknown) }

    @Test(
        "Only a fit request id is taken over",
        arguments: [("abc-1_2.X", true), ("", false), ("a b", false), (String(repeating: "a", count: 129), false)])
    func requestIDs(text: String, isFit: Bool) { #expect((RequestID.fit(text) != nil) == isFit) }
}
