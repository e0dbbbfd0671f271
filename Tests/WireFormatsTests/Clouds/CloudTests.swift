import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Clouds")
struct CloudTests {
    private static func call(_ wire: WireFormat, model: String, stream: Bool = false) throws -> UpstreamCall {
        let body = #"{"model":"r","stream":\#(stream),"max_tokens":9,"messages":[{"role":"user","content":"q"}]}"#
        let asked = try OpenAIChat.understand(Array(body.utf8))
        return try OpenAIChat.call(asked, to: target(wire, model: model))
    }

    private static func hosted(
        _ cloud: Cloud, _ wire: WireFormat, model: String, stream: Bool = false
    ) throws -> UpstreamCall {
        try cloud.hosted(try call(wire, model: model, stream: stream), in: wire, model: model, stream: stream)
    }

    @Test("On Azure the deployment and the version stand in the address")
    func azure() throws {
        let azure = Cloud.azure(apiVersion: "2024-10-21")
        #expect(
            try Self.hosted(azure, .openAIChat, model: "my gpt").path
                == "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21")
        var call = try Self.call(.openAIChat, model: "m")
        for (path, expected) in [
            ("/embeddings", "/openai/deployments/m/embeddings?api-version=2024-10-21"),
            ("/responses", "/openai/responses?api-version=2024-10-21"),
        ] {
            call.path = path
            #expect(try azure.hosted(call, in: .openAIChat, model: "m", stream: false).path == expected)
        }
        #expect(try Self.hosted(azure, .anthropicMessages, model: "m").path == "/anthropic/v1/messages")
    }

    @Test(
        "On Vertex the maker stands before the model",
        arguments: [
            (
                WireFormat.gemini, "gemini-2.5-flash", false,
                "/publishers/google/models/gemini-2.5-flash:generateContent"
            ),
            (
                .gemini, "gemini-2.5-flash", true,
                "/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
            ),
            (.gemini, "endpoints/12", false, "/endpoints/12:generateContent"),
            (
                .anthropicMessages, "claude-haiku-4-5@20251001", false,
                "/publishers/anthropic/models/claude-haiku-4-5@20251001:rawPredict"
            ),
            (
                .anthropicMessages, "claude-haiku-4-5@20251001", true,
                "/publishers/anthropic/models/claude-haiku-4-5@20251001:streamRawPredict"
            ),
            (.openAIChat, "meta/llama", false, "/endpoints/openapi/chat/completions"),
        ])
    func vertex(wire: WireFormat, model: String, stream: Bool, path: String) throws {
        #expect(try Self.hosted(.vertex, wire, model: model, stream: stream).path == path)
    }

    @Test("Anthropic's body on Vertex has a version and no model; its other members stay as they are")
    func vertexBody() throws {
        let plain = try Self.call(.anthropicMessages, model: "m", stream: true)
        let hosted = try Cloud.vertex.hosted(plain, in: .anthropicMessages, model: "m", stream: true)
        let (before, after) = (try JSONValue.parse(plain.body), try JSONValue.parse(hosted.body))
        #expect(after["anthropic_version"]?.string == "vertex-2023-10-16")
        #expect(after["model"] == nil && before["model"] != nil)
        #expect(after["stream"]?.bool == true)
        for (key, value) in before.members where key != "model" { #expect(after[key]?.raw == value.raw) }
    }

    @Test(
        "On Bedrock a model's id is one segment of the path, colons and slashes encoded",
        arguments: [
            (
                WireFormat.bedrockConverse, "anthropic.claude-3-haiku-20240307-v1:0", false,
                "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
            ),
            (.bedrockConverse, "amazon.nova-lite-v1:0", true, "/model/amazon.nova-lite-v1%3A0/converse-stream"),
            (
                .bedrockConverse, "arn:aws:bedrock:us-east-1:1:inference-profile/us.x", false,
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x/converse"
            ),
            (.anthropicMessages, "anthropic.claude-v2:1", false, "/model/anthropic.claude-v2%3A1/invoke"),
            (
                .anthropicMessages, "anthropic.claude-v2:1", true,
                "/model/anthropic.claude-v2%3A1/invoke-with-response-stream"
            ),
            (.openAIChat, "openai.gpt-oss-20b-1:0", false, "/openai/v1/chat/completions"),
        ])
    func bedrock(wire: WireFormat, model: String, stream: Bool, path: String) throws {
        #expect(try Self.hosted(.bedrock, wire, model: model, stream: stream).path == path)
    }

    @Test("Anthropic's body on Bedrock has a version and beta names, and neither model nor stream")
    func bedrockBody() throws {
        var call = try Self.call(.anthropicMessages, model: "m", stream: true)
        call.headers["anthropic-beta"] = "a-2025, b-2025"
        let hosted = try Cloud.bedrock.hosted(call, in: .anthropicMessages, model: "m", stream: true)
        let body = try JSONValue.parse(hosted.body)
        #expect(body["anthropic_version"]?.string == "bedrock-2023-05-31")
        #expect(body["anthropic_beta"]?.elements.compactMap(\.string) == ["a-2025", "b-2025"])
        #expect(body["model"] == nil && body["stream"] == nil && body["max_tokens"]?.int == 9)
        #expect(hosted.headers["anthropic-beta"] == nil)
    }

    @Test("What a cloud does not serve is told before it is asked")
    func missing() throws {
        for cloud in [Cloud.bedrock, .vertex] {
            var call = try Self.call(.anthropicMessages, model: "m")
            call.path = "/messages/batches"
            #expect {
                _ = try cloud.hosted(call, in: .anthropicMessages, model: "m", stream: false)
            } throws: { ($0 as? UpstreamFailure)?.kind == .notFound }
        }
    }

    @Test(
        "Vertex tells errors in Google's words whatever the format; others are left to the format",
        arguments: [
            (
                401, #"{"error":{"code":401,"message":"Request had invalid credentials.","status":"UNAUTHENTICATED"}}"#,
                UpstreamFailure.Kind.authentication
            ),
            (
                403,
                #"[{"error":{"code":403,"message":"Permission denied on resource.","status":"PERMISSION_DENIED"}}]"#,
                .permission
            ),
            (
                404, #"{"error":{"code":404,"message":"Publisher Model was not found.","status":"NOT_FOUND"}}"#,
                .notFound
            ),
            (
                429, #"{"error":{"code":429,"message":"Resource exhausted.","status":"RESOURCE_EXHAUSTED"}}"#,
                .rateLimit
            ),
            (400, #"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: required"}}"#, nil),
        ] as [(Int, String, UpstreamFailure.Kind?)])
    func vertexErrors(status: Int, body: String, kind: UpstreamFailure.Kind?) {
        #expect(Cloud.vertex.failure(status: status, type: nil, body: Array(body.utf8))?.kind == kind)
    }
}
