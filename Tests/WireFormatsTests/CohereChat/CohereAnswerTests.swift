import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Cohere answers")
struct CohereAnswerTests {
    private static func read(_ text: String) throws -> UpstreamReading {
        UpstreamReading(try CohereChatUpstream.events(of: parsed(text)))
    }

    @Test("A whole answer: plan, thinking, text, calls; what is billed counts")
    func whole() throws {
        let reading = try Self.read(
            """
            {"id":"a","message":{"role":"assistant","tool_plan":"plan ","content":[{"type":"thinking","thinking":"so"},
            {"type":"text","text":"hi"}],"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"}},
            {"id":"d","type":"function","function":{"name":"g","arguments":""}}]},"finish_reason":"TOOL_CALL","usage":{"billed_units":
            {"input_tokens":5,"output_tokens":7},"tokens":{"input_tokens":905,"output_tokens":9,"reasoning_tokens":3},"cached_tokens":880}}
            """)
        var expected = UpstreamReading()
        expected.texts = [0: "hi"]
        expected.thinking = "plan so"
        expected.calls = [
            .init(id: "c", name: "f", arguments: #"{"a":1}"#), .init(id: "d", name: "g", arguments: "{}"),
        ]
        expected.finishes = [0: .toolCalls]
        expected.usage = Usage(promptTokens: 5, completionTokens: 7, reasoningTokens: 3)
        #expect(reading == expected)
    }

    @Test("A stream says the same, its calls under any numbers")
    func stream() throws {
        let events = try readAll(
            CohereStreamReader.self,
            [
                #"{"type":"message-start","id":"a","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}"#,
                #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"plan "}}}"#,
                #"{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}"#,
                #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"so"}}}}"#,
                #"{"type":"content-end","index":0}"#,
                #"{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"hi"}}}}"#,
                #"{"type":"tool-call-start","index":3,"delta":{"message":{"tool_calls":{"id":"c","type":"function","function":{"name":"f","arguments":""}}}}}"#,
                #"{"type":"tool-call-delta","index":3,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":"}}}}}"#,
                #"{"type":"tool-call-delta","index":3,"delta":{"message":{"tool_calls":{"function":{"arguments":"1}"}}}}}"#,
                #"{"type":"tool-call-end","index":3}"#,
                #"{"type":"tool-call-start","index":4,"delta":{"message":{"tool_calls":{"id":"d","type":"function","function":{"name":"g","arguments":""}}}}}"#,
                #"{"type":"tool-call-end","index":4}"#, #"{"type":"of-tomorrow"}"#,
                #"{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":2,"text":"hi"}}}}"#,
                #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":5,"output_tokens":7}}}}"#,
                "[DONE]",
            ])
        let reading = UpstreamReading(events)
        #expect(reading.texts == [0: "hi"] && reading.thinking == "plan so")
        #expect(
            reading.calls == [
                .init(id: "c", name: "f", arguments: #"{"a":1}"#), .init(id: "d", name: "g", arguments: "{}"),
            ])
        #expect(reading.finishes == [0: .toolCalls])
        #expect(events.contains(.citations(choice: 0, RawJSON(#"[{"start":0,"end":2,"text":"hi"}]"#))))
        #expect(reading.usage == Usage(promptTokens: 5, completionTokens: 7))
    }

    @Test(
        "Every reason to stop is mapped",
        arguments: [
            ("COMPLETE", FinishReason.stop), ("STOP_SEQUENCE", .stop), ("MAX_TOKENS", .length),
            ("TOOL_CALL", .toolCalls), ("ERROR_TOXIC", .contentFilter),
            ("TIMEOUT", .error("Cohere ended the answer with TIMEOUT.")), ("NEW", .other("NEW")),
        ])
    func reasons(reason: String, finish: FinishReason) throws {
        let answer = #"{"message":{"content":[{"type":"text","text":"x"}]},"finish_reason":"\#(reason)"}"#
        #expect(try Self.read(answer).finishes == [0: finish])
    }

    @Test("An error at the end of a stream is one")
    func streamError() {
        #expect {
            _ = try readAll(
                CohereStreamReader.self,
                [
                    #"{"type":"message-end","delta":{"finish_reason":"ERROR","usage":{},"error":"invalid tool generation","error_type":"INVALID_TOOL_GENERATION"}}"#
                ])
        } throws: {
            let failure = $0 as? UpstreamFailure
            return failure?.kind == .server && failure?.code == "INVALID_TOOL_GENERATION"
        }
    }

    @Test("Probabilities have OpenAI's shape")
    func logprobs() throws {
        let list = try parsed(#"[{"text":"hi","token_ids":[1,2],"logprobs":[-0.5,-0.25]}]"#)
        #expect(
            CohereLogprobs.common(list)?.text
                == #"{"content":[{"token":"hi","logprob":-0.75,"bytes":[104,105],"top_logprobs":[]}],"refusal":null}"#)
        #expect(CohereLogprobs.common(try parsed("[]")) == nil)
    }

    @Test(
        "Errors have their kind",
        arguments: [
            (401, #"{"id":"1","message":"invalid api token"}"#, UpstreamFailure.Kind.authentication),
            (498, #"{"message":"invalid token"}"#, .authentication),
            (404, #"{"message":"model 'x' not found, make sure the correct model ID was used"}"#, .notFound),
            (
                400, #"{"error_type":"TOO_MANY_TOKENS","message":"too many tokens: size limit exceeded by 5 tokens."}"#,
                .contextLength
            ),
            (
                429,
                #"{"message":"You are using a Trial key, which is limited to 20 API calls / minute."}"#, .rateLimit
            ),
            (
                429,
                #"{"message":"You are using a Trial key, which is limited to 1000 API calls / month."}"#, .quota
            ),
            (400, #"{"message":"invalid request: message must be at least 1 token long"}"#, .badRequest),
            (422, #"{"message":"invalid type: parameter messages is of type string"}"#, .badRequest),
            (500, #"{"message":"internal server error"}"#, .server), (503, "<html>", .overloaded),
        ])
    func errors(status: Int, body: String, kind: UpstreamFailure.Kind) {
        #expect(CohereChatUpstream.failure(status: status, body: Array(body.utf8)).kind == kind)
    }
}
