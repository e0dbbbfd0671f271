import GatewayTypes
import JSON
import Testing
import WireFormats

@testable import Providers

@Suite("Quirks of providers")
struct ProviderQuirksTests {
    private static func provider(_ kind: String, _ endpoint: String? = nil) throws -> ProviderConfiguration {
        let preset = try #require(ProviderPreset.named(kind))
        return ProviderConfiguration(
            id: "p", kind: kind, endpoint: endpoint ?? preset.endpoint, wire: preset.wire,
            models: [ModelConfiguration(name: "m")])
    }

    @Test("Every row is of a known kind that speaks OpenAI chat", arguments: ProviderPreset.kinds)
    func known(kind: String) throws {
        let quirks = ProviderPreset.quirks(of: try Self.provider(kind))
        let preset = try #require(ProviderPreset.named(kind))
        #expect(preset.wire == .openAIChat || quirks == ChatQuirks())
    }

    @Test("Nothing is known of a service of the kind `openai` with an endpoint of its own")
    func compatible() throws {
        #expect(ProviderPreset.quirks(of: try Self.provider("openai", "http://127.0.0.1:1/v1")) == ChatQuirks())
        #expect(ProviderPreset.quirks(of: try Self.provider("openai")).lengthField == .maxCompletionTokens)
    }

    /// What each provider is sent of a request that says everything, and what the caller is told was left out.
    @Test(
        "A request is made fit for its provider",
        arguments: [
            (
                "mistral",
                #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}],"stream":true,"parallel_tool_calls":false,"logprobs":true,"frequency_penalty":0.1,"max_tokens":5,"random_seed":7}"#,
                ["user", "messages.name"]
            ),
            (
                "groq",
                #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}],"max_completion_tokens":5,"seed":7,"stream":true,"stream_options":{"include_usage":true},"user":"u","parallel_tool_calls":false,"frequency_penalty":0.1}"#,
                ["logprobs", "messages.name"]
            ),
            (
                "cerebras",
                #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","name":"ann","content":"q"}],"max_completion_tokens":5,"seed":7,"stream":true,"stream_options":{"include_usage":true},"user":"u","logprobs":true}"#,
                ["frequency_penalty", "parallel_tool_calls"]
            ),
            (
                "deepseek",
                #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","name":"ann","content":"q"}],"seed":7,"stream":true,"stream_options":{"include_usage":true},"user":"u","parallel_tool_calls":false,"logprobs":true,"frequency_penalty":0.1,"max_tokens":5}"#,
                []
            ),
            (
                "openrouter",
                #"{"model":"m","messages":[{"role":"developer","content":"s"},{"role":"user","name":"ann","content":"q"}],"max_completion_tokens":5,"seed":7,"stream":true,"stream_options":{"include_usage":true},"user":"u","parallel_tool_calls":false,"logprobs":true,"frequency_penalty":0.1}"#,
                []
            ),
        ] as [(String, String, [String])])
    func fit(kind: String, sent: String, dropped: [String]) throws {
        let body =
            #"{"model":"m","messages":[{"role":"developer","content":"s"},{"role":"user","name":"ann","content":"q"}],"max_completion_tokens":5,"seed":7,"stream":true,"stream_options":{"include_usage":true},"user":"u","parallel_tool_calls":false,"logprobs":true,"frequency_penalty":0.1}"#
        let outgoing = try Self.outgoing(body)
        let provider = try Self.provider(kind)
        let candidate = Candidate(
            provider: provider, credential: Credential(id: "k", key: CredentialKey("k")), model: provider.models[0],
            settings: RouteSettings())
        let encoded = try outgoing.call(to: candidate)
        #expect(String(decoding: encoded.body, as: UTF8.self) == sent)
        #expect(encoded.dropped == dropped)
    }

    @Test("A provider whose streams end without a finish reason ends them with one here")
    func snowflake() throws {
        let body = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"q"}]}"#
        let outgoing = try Self.outgoing(body)
        for (kind, isAnswer) in [("snowflake", true), ("groq", false)] {
            let provider = try Self.provider(kind)
            let candidate = Candidate(
                provider: provider, credential: Credential(id: "k", key: CredentialKey("k")), model: provider.models[0],
                settings: RouteSettings())
            var relay = try outgoing.call(to: candidate).relay
            let stream = #"data: {"choices":[{"index":0,"delta":{"content":"4"}}]}"# + "\n\ndata: [DONE]\n\n"
            let output = try relay.feed(Array(stream.utf8))
            #expect(output.count > 0)
            let end = try? relay.finish()
            #expect(
                end.map { String(decoding: $0, as: UTF8.self).contains(#""finish_reason":"stop""#) } ?? false
                    == isAnswer)
        }
    }

    private static func outgoing(_ body: String) throws -> OutgoingRequest {
        OutgoingRequest(
            try OpenAIChat.understand(ReceivedRequest(body: Array(body.utf8))), in: .openAIChat, hops: 0, id: "i",
            created: 1)
    }
}
