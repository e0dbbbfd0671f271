import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("The body for an upstream of the caller's format")
struct PassThroughRequestTests {
    @Test(
        "Only what has to differ differs",
        arguments: [
            (
                #"{ "model" : "a", "messages":[{"role":"user","content":"x"}], "zz": 1.50 }"#,
                #"{ "model" : "b", "messages":[{"role":"user","content":"x"}], "zz": 1.50 }"#
            ),
            (
                #"{"stream":true,"messages":[{"role":"user","content":"x"}],"model":"a"}"#,
                #"{"stream":true,"messages":[{"role":"user","content":"x"}],"model":"b","stream_options":{"include_usage":true}}"#
            ),
            (
                #"{"model":"a","stream":true,"stream_options":{"include_usage":false,"x":1},"messages":[{"role":"user","content":"x"}]}"#,
                #"{"model":"b","stream":true,"stream_options":{"include_usage":true,"x":1},"messages":[{"role":"user","content":"x"}]}"#
            ),
            (
                #"{"model":"a","stream":true,"stream_options":{"x":1},"messages":[{"role":"user","content":"x"}]}"#,
                #"{"model":"b","stream":true,"stream_options":{"x":1,"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
            ),
            (
                #"{"model":"a","stream":true,"stream_options":null,"messages":[{"role":"user","content":"x"}]}"#,
                #"{"model":"b","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
            ),
        ])
    func spliced(body: String, expected: String) throws {
        let request = try OpenAIChat.understand(Array(body.utf8))
        #expect(String(decoding: PassThroughRequest(request, model: "b").body, as: UTF8.self) == expected)
    }

    @Test("Nothing differs where nothing has to")
    func untouched() throws {
        let body = Array(
            #"{"model":"a","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
                .utf8)
        #expect(PassThroughRequest(try OpenAIChat.understand(body), model: "a").body == body)
    }

    private static func sent(_ body: String, _ depart: (inout ChatQuirks) -> Void) throws -> PassThroughRequest {
        PassThroughRequest(try OpenAIChat.understand(Array(body.utf8)), model: "a", quirks: ChatQuirks(depart))
    }

    @Test("Quirks rename the length limit and leave out what is refused, and say so")
    func quirks() throws {
        let body =
            #"{"model":"a","seed":1,"user":null,"max_tokens":5,"stream":true,"stream_options":{"include_usage":true,"x":1},"messages":[{"role":"user","content":"x"}]}"#
        let sent = try Self.sent(body) {
            $0.lengthField = .maxCompletionTokens
            $0.refusedFields = ["seed", "user", "top_k"]
            $0.takesStreamOptions = false
        }
        #expect(
            String(decoding: sent.body, as: UTF8.self)
                == #"{"model":"a","stream":true,"messages":[{"role":"user","content":"x"}],"max_completion_tokens":5}"#)
        #expect(sent.dropped == ["stream_options.x", "seed"])
    }

    @Test(
        "Of two names of the length limit the provider's own stands",
        arguments: [
            (#""max_tokens":5"#, #""max_tokens":5"#), (#""max_completion_tokens":6"#, #""max_tokens":6"#),
            (#""max_completion_tokens":6,"max_tokens":5"#, #""max_tokens":5"#),
            (#""max_completion_tokens":6,"max_tokens":null"#, #""max_tokens":6"#),
            (#""seed":7"#, #""random_seed":7"#),
        ])
    func names(fields: String, expected: String) throws {
        let sent = try Self.sent(#"{"model":"a","messages":[{"role":"user","content":"x"}],\#(fields)}"#) {
            $0.lengthField = .maxTokens
            $0.seedField = "random_seed"
        }
        #expect(
            String(decoding: sent.body, as: UTF8.self)
                == #"{"model":"a","messages":[{"role":"user","content":"x"}],\#(expected)}"#)
        #expect(sent.dropped.isEmpty)
    }

    @Test("Quirks of messages: the system's role, names, earlier thinking")
    func messages() throws {
        let sent = try Self.sent(
            #"{"model":"a","messages":[{"role":"developer","content":"x"},{"role":"user","name":"ann","content":"y"},{"role":"assistant","reasoning_content":"z","content":"w"},{"role":"user","name":null,"content":"v"}]}"#
        ) {
            $0.hasDeveloperRole = false
            $0.takesNames = false
            $0.takesReasoning = false
        }
        #expect(
            String(decoding: sent.body, as: UTF8.self)
                == #"{"model":"a","messages":[{"role":"system","content":"x"},{"role":"user","content":"y"},{"role":"assistant","content":"w"},{"role":"user","content":"v"}]}"#
        )
        #expect(sent.dropped == ["messages.name", "messages.reasoning_content"])
    }
}
