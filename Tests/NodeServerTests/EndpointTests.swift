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
        "Only a fit request id is taken over",
        arguments: [("abc-1_2.X", true), ("", false), ("a b", false), (String(repeating: "a", count: 129), false)])
    func requestIDs(text: String, isFit: Bool) { #expect((RequestID.fit(text) != nil) == isFit) }
}
