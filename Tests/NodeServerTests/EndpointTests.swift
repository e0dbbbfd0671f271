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
        "Gemini's paths name model and operation, raw and escaped, below every prefix",
        arguments: [
            "/v1beta/models/up/m:generateContent", "/v1beta/models/up%2Fm:generateContent",
            "/v1/models/up/m:generateContent", "/api/v1beta/models/up/m%3AgenerateContent",
            "/api/user/v1beta/models/up/m:generateContent", "/api/u/ann/v1beta/models/up/m:generateContent",
        ])
    func gemini(path: String) {
        guard case .model(let place) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(place.path == "/models/up/m:generateContent" && place.dialect == .gemini)
        #expect(place.name == "/models/{model}:generateContent")
        #expect(place.username == (path.hasPrefix("/api/u/") ? "ann" : nil))
    }

    @Test("A model's name may end like no operation", arguments: ["/v1/models/l:8b", "/v1beta/models/l:8b"])
    func colons(path: String) {
        guard case .oneModel(_, let id) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(id == "l:8b")
    }

    @Test(
        "Ollama's paths stand below the host or a user's prefix",
        arguments: [
            ("/api/chat", Dialect.ollamaChat), ("/api/generate", .ollamaGenerate), ("/api/user/api/chat", .ollamaChat),
            ("/api/u/ann/api/chat", .ollamaChat),
        ])
    func ollama(path: String, dialect: Dialect) {
        guard case .model(let place) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(place.dialect == dialect && place.path == (dialect == .ollamaChat ? "/api/chat" : "/api/generate"))
    }

    @Test(
        "Each operation has its dialect",
        arguments: [
            ("/v1/responses", Dialect.openAIResponses), ("/api/u/ann/v1/responses", .openAIResponses),
            ("/v1/responses/input_tokens", .openAIInputTokens), ("/v1/completions", .openAICompletions),
        ])
    func dialects(path: String, dialect: Dialect) {
        guard case .model(let place) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(place.dialect == dialect)
    }

    @Test(
        "What is asked about a response of earlier is known as such",
        arguments: ["/v1/responses/resp_1", "/v1/responses/resp_1/cancel", "/api/v1/responses/resp%5F1/input_items"])
    func keptResponses(path: String) {
        guard case .keptResponse(_, let id) = Endpoint(path) else {
            Issue.record("\(path) leads nowhere")
            return
        }
        #expect(id == "resp_1" && Endpoint("/v1/responses/") == .unknown)
    }

    @Test(
        "What a gateway does not answer is told with what to do instead",
        arguments: [
            ("/v1/chat/completions/chatcmpl-1", "keeps no chat completions"),
            ("/v1/chat/completions/chatcmpl-1/messages", "keeps no chat completions"),
            ("/api/u/ann/v1/responses/compact", "summary"), ("/v1/fim/completions", "/v1/completions"),
            ("/v1/messages/batches/b/results", "one by one"), ("/v1/files", "base64"),
            ("/v1beta/interactions", "whole conversation"),
        ])
    func notOffered(path: String, advice: String) {
        #expect(Endpoint(path) == .unknown)
        #expect(ModelPath(path)?.advice?.contains(advice) == true)
    }

    @Test("Nothing is advised where nothing is known", arguments: ["/v1/filesystem", "/v1/x/files", "/v1/chat"])
    func noAdvice(path: String) { #expect(ModelPath(path)?.advice == nil) }

    @Test(
        "Only a fit request id is taken over",
        arguments: [("abc-1_2.X", true), ("", false), ("a b", false), (String(repeating: "a", count: 129), false)])
    func requestIDs(text: String, isFit: Bool) { #expect((RequestID.fit(text) != nil) == isFit) }
}
