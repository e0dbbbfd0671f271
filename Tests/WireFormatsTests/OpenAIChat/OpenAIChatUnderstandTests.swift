import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("Understanding a chat request")
struct OpenAIChatUnderstandTests {
    @Test("What routing and admission need is read")
    func needs() throws {
        let request = try OpenAIChat.understand(
            Array(
                """
                {"messages":[{"role":"user","content":[{"type":"text","text":"look"},
                {"type":"image_url","image_url":{"url":"https://a/b.png"}},
                {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}],
                "tools":[{"type":"function","function":{"name":"f"}}],"max_tokens":5,"max_completion_tokens":7,
                "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}},
                "stream":true,"stream_options":{"include_usage":true},"model":"gpt"}
                """.utf8))
        #expect(request.model == "gpt")
        #expect(request.stream && request.includeUsage)
        #expect(request.needs.tools && request.needs.vision && request.needs.audio && request.needs.jsonSchema)
        #expect(request.needs.maxTokens == 7)
        #expect(request.needs.promptTokens > 800 && request.needs.promptTokens < 1100)
    }

    @Test("Text counts four bytes a token", arguments: [0, 1, 4, 400, 40_000])
    func promptTokens(bytes: Int) throws {
        let text = String(repeating: "a", count: bytes)
        let request = try OpenAIChat.understand(
            Array(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]}"#.utf8))
        #expect(request.needs.promptTokens == 4 + (bytes + 3) / 4)
        #expect(!request.stream && !request.includeUsage && request.needs.maxTokens == nil)
    }

    static let wrong: [(String, String?)] = [
        ("", nil), ("[]", nil), ("{", nil), (#"{"model":"m","model":"n"}"#, nil), ("{\"model\":\"\u{0001}\"}", nil),
        (#"{"messages":[]}"#, "model"),
        (#"{"model":null,"messages":[]}"#, "model"),
        (#"{"model":"","messages":[]}"#, "model"),
        (#"{"model":1,"messages":[]}"#, "model"),
        (#"{"model":"m"}"#, "messages"),
        (#"{"model":"m","messages":[]}"#, "messages"),
        (#"{"model":"m","messages":"x"}"#, "messages"),
        (#"{"model":"m","messages":["x"]}"#, "messages[0]"),
        (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
        (#"{"model":"m","messages":[{"role":1,"content":"x"}]}"#, "messages[0].role"),
        (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"},{"role":"user","content":1}]}"#,
            "messages[1].content"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":["x"]}]}"#, "messages[0].content[0]"),
        (#"{"model":"m","messages":[{"role":"user","content":[{}]}]}"#, "messages[0].content[0].type"),
        (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages[0].content[0].text"),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
            "messages[0].content[0].image_url.url"
        ),
        (#"{"model":"m","messages":[{"role":"tool","tool_call_id":1,"content":"x"}]}"#, "messages[0].tool_call_id"),
        (#"{"model":"m","messages":[{"role":"assistant","tool_calls":{}}]}"#, "messages[0].tool_calls"),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}}]}]}"#,
            "messages[0].tool_calls[0].function.arguments"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":1}"#, "stream"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"stream_options":1}"#, "stream_options"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":"y"}}"#,
            "stream_options.include_usage"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"tools":{}}"#, "tools"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{}}]}"#,
            "tools[0].function.name"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":1}"#, "tool_choice"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":2.1}"#, "temperature"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"}"#, "temperature"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"top_p":-0.1}"#, "top_p"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"n":0}"#, "n"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0}"#, "max_tokens"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"max_completion_tokens":1.5}"#,
            "max_completion_tokens"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"stop":[1]}"#, "stop"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"seed":"s"}"#, "seed"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"logprobs":"s"}"#, "logprobs"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":"json"}"#, "response_format"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema"}}"#,
            "response_format.json_schema"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"metadata":"x"}"#, "metadata"),
    ]

    @Test("A wrong shape is refused with 400, naming the field", arguments: wrong)
    func wrongShapes(body: String, parameter: String?) {
        #expect {
            _ = try OpenAIChat.understand(Array(body.utf8))
        } throws: { error in
            guard case GatewayError.malformedRequest(let message, let named, _) = error else { return false }
            return named == parameter && !message.isEmpty && (error as? GatewayError)?.status == 400
        }
    }

    @Test(
        "null counts as absent, unknown fields are the upstream's business",
        arguments: [
            #""temperature":null,"stop":null,"tools":null,"stream":null,"stream_options":null"#,
            #""temperature":2,"top_p":1,"n":128,"min_p":0.1,"provider":{"order":["a"]},"stop":["a","b"]"#,
        ])
    func tolerated(fields: String) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],\#(fields)}"#
        #expect(try OpenAIChat.understand(Array(body.utf8)).model == "m")
    }
}
