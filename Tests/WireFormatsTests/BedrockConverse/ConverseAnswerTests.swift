import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Converse answers")
struct ConverseAnswerTests {
    private static func read(_ text: String) throws -> UpstreamReading {
        UpstreamReading(try BedrockConverseUpstream.events(of: parsed(text)))
    }

    private static func read(stream messages: [(String, String)]) throws -> UpstreamReading {
        var reader = ConverseStreamReader()
        var events: [ModelEvent] = []
        for (name, payload) in messages {
            events += try #require(try reader.read(StreamRecord(name: name, data: Array(payload.utf8))))
        }
        return UpstreamReading(events)
    }

    @Test("A whole answer: thinking, text, calls, cited text, usage with the cache's part")
    func whole() throws {
        let reading = try Self.read(
            """
            {"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"so","signature":"s"}}},
            {"reasoningContent":{"redactedContent":"UkVE"}},{"text":"hi "},{"citationsContent":{"content":[{"text":"there"}],
            "citations":[{"title":"t"}]}},{"toolUse":{"toolUseId":"c","name":"f","input":{"a":1}}},
            {"toolUse":{"toolUseId":"d","name":"g","input":{}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,
            "totalTokens":10,"cacheReadInputTokens":3,"cacheWriteInputTokens":4}}
            """)
        var expected = UpstreamReading()
        expected.texts = [0: "hi there"]
        expected.thinking = "so"
        expected.signatures = ["s"]
        expected.redacted = ["UkVE"]
        expected.calls = [
            .init(id: "c", name: "f", arguments: #"{"a":1}"#), .init(id: "d", name: "g", arguments: "{}"),
        ]
        expected.finishes = [0: .toolCalls]
        expected.usage = Usage(promptTokens: 8, completionTokens: 2, cachedTokens: 3, cacheWriteTokens: 4)
        #expect(reading == expected)
    }

    @Test("A stream says the same, its calls interleaved")
    func stream() throws {
        let reading = try Self.read(stream: [
            ("messageStart", #"{"role":"assistant"}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"so"}}}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"s"}}}"#),
            ("contentBlockStop", #"{"contentBlockIndex":0}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"text":"hi"}}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"citation":{"title":"t"}}}"#),
            ("contentBlockStart", #"{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"c","name":"f"}}}"#),
            ("contentBlockStart", #"{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"d","name":"g"}}}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":"}}}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"1}"}}}"#),
            ("contentBlockStop", #"{"contentBlockIndex":3}"#), ("contentBlockStop", #"{"contentBlockIndex":2}"#),
            ("messageStop", #"{"stopReason":"tool_use"}"#), ("newEvent", #"{"a":1}"#),
            ("metadata", #"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"#),
        ])
        #expect(reading.thinking == "so" && reading.signatures == ["s"] && reading.texts == [0: "hi"])
        #expect(
            reading.calls == [
                .init(id: "c", name: "f", arguments: #"{"a":1}"#), .init(id: "d", name: "g", arguments: "{}"),
            ])
        #expect(reading.finishes == [0: .toolCalls])
        #expect(reading.usage == Usage(promptTokens: 1, completionTokens: 2))
    }

    @Test("The tool that stands for a form of answer is the answer's text")
    func form() throws {
        let whole = try Self.read(
            """
            {"output":{"message":{"content":[{"toolUse":{"toolUseId":"c","name":"switchyard_json_answer","input":{"a":1}}}]}},
            "stopReason":"tool_use"}
            """)
        #expect(whole.texts == [0: #"{"a":1}"#] && whole.calls.isEmpty && whole.finishes == [0: .stop])
        let stream = try Self.read(stream: [
            (
                "contentBlockStart",
                #"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"c","name":"switchyard_json_answer"}}}"#
            ),
            ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"a\":1}"}}}"#),
            ("contentBlockStop", #"{"contentBlockIndex":0}"#), ("messageStop", #"{"stopReason":"tool_use"}"#),
        ])
        #expect(stream.texts == whole.texts && stream.calls.isEmpty && stream.finishes == whole.finishes)
    }

    @Test("The provider's own tools are no calls, and are reported")
    func serverTools() throws {
        let stream = try Self.read(stream: [
            (
                "contentBlockStart",
                #"{"contentBlockIndex":0,"start":{"toolUse":{"name":"nova_grounding","toolUseId":"c","type":"server_tool_use"}}}"#
            ),
            ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}}}"#),
            ("contentBlockStop", #"{"contentBlockIndex":0}"#),
            (
                "contentBlockStart",
                #"{"contentBlockIndex":1,"start":{"toolResult":{"toolUseId":"c","type":"nova_grounding_result"}}}"#
            ),
            ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"toolResult":[{"json":{}}]}}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"text":"x"}}"#),
            ("messageStop", #"{"stopReason":"end_turn"}"#),
        ])
        #expect(stream.calls.isEmpty && stream.texts == [0: "x"] && stream.finishes == [0: .stop])
        #expect(stream.leftOut == ["server_tool_use", "nova_grounding_result"])
    }

    @Test(
        "Every reason to stop is mapped",
        arguments: [
            ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("max_tokens", .length),
            ("model_context_window_exceeded", .length), ("guardrail_intervened", .contentFilter),
            ("content_filtered", .contentFilter), ("tool_use", .toolCalls),
            ("malformed_tool_use", .other("malformed_tool_use")),
        ])
    func reasons(reason: String, finish: FinishReason) throws {
        let answer = #"{"output":{"message":{"content":[{"text":"x"}]}},"stopReason":"\#(reason)"}"#
        #expect(try Self.read(answer).finishes == [0: finish])
    }

    @Test("An error in place of an answer is one")
    func error() {
        for (text, kind) in [
            (#"{"message":"Too many tokens, please wait."}"#, UpstreamFailure.Kind.server),
            (#"{"__type":"ThrottlingException","message":"Slow down."}"#, .rateLimit), (#"{"output":{}}"#, .badAnswer),
            ("[]", .badAnswer),
        ] {
            #expect { _ = try Self.read(text) } throws: { ($0 as? UpstreamFailure)?.kind == kind }
        }
    }
}
