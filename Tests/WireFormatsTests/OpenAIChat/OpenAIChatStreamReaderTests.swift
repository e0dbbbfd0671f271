import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("Reading chat completions as providers send them")
struct OpenAIChatStreamReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var chunks: [String]
        var events: [ModelEvent]
        var testDescription: String { name }
    }

    static let finish: [ModelEvent] = [.finish(choice: 0, .toolCalls)]
    static func call(_ index: Int, _ id: String, _ name: String, _ arguments: String...) -> [ModelEvent] {
        [.toolCall(choice: 0, index: index, id: id, name: name, signature: nil)]
            + arguments.map { .toolArguments(choice: 0, index: index, $0) }
    }

    static func delta(_ delta: String, _ finish: String? = nil) -> String {
        #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish.map { "\"\($0)\"" } ?? "null")}]}"#
    }

    static let cases: [Case] = [
        Case(
            name: "Azure's first chunk has no choices, the role says nothing",
            chunks: [
                #"{"choices":[],"prompt_filter_results":[]}"#, delta(#"{"role":"assistant","content":""}"#),
                delta(#"{"content":"a"}"#), delta("{}", "stop"),
            ], events: [.text(choice: 0, "a"), .finish(choice: 0, .stop)]),
        Case(
            name: "content absent, null or a list",
            chunks: [
                delta(#"{"content":null}"#),
                delta(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]}]}"#),
                delta(#"{"content":[{"type":"text","text":"a"}]}"#), delta("{}", "length"),
            ], events: [.thinking(choice: 0, "t"), .text(choice: 0, "a"), .finish(choice: 0, .length)]),
        Case(
            name: "reasoning under both of its names is read once",
            chunks: [
                delta(#"{"reasoning":"a"}"#), delta(#"{"reasoning_content":"b","reasoning":"b"}"#), delta("{}", "stop"),
            ],
            events: [.thinking(choice: 0, "a"), .thinking(choice: 0, "b"), .finish(choice: 0, .stop)]),
        Case(
            name: "reasoning details give signatures and encrypted parts, texts only where nothing else does",
            chunks: [
                delta(#"{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","index":0}]}"#),
                delta(#"{"reasoning_details":[{"type":"reasoning.text","signature":"s","index":0}]}"#),
                delta(#"{"reasoning_details":[{"type":"reasoning.encrypted","data":"d"}]}"#), delta("{}", "stop"),
            ],
            events: [
                .thinking(choice: 0, "a"), .thinkingSignature(choice: 0, "s"), .redactedThinking(choice: 0, "d"),
                .finish(choice: 0, .stop),
            ]),
        Case(
            name: "calls in pieces, ids only at first",
            chunks: [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#),
                delta(
                    #"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"["}}]}"#),
                delta(
                    #"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}},{"index":1,"function":{"arguments":"]"}}]}"#
                ),
                delta("{}", "tool_calls"),
            ],
            events: [
                .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
                .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: nil),
                .toolArguments(choice: 0, index: 1, "["), .toolArguments(choice: 0, index: 0, "{}"),
                .toolArguments(choice: 0, index: 1, "]"),
            ] + finish),
        Case(
            name: "whole calls in one chunk, without index or type",
            chunks: [
                delta(
                    #"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"[]"}}]}"#,
                    "tool_calls")
            ], events: call(0, "a", "f", "{}") + call(1, "b", "g", "[]") + finish),
        Case(
            name: "a call without an id gets one, stop with calls is tool_calls",
            chunks: [delta(#"{"tool_calls":[{"id":"","function":{"name":"f","arguments":"{}"}}]}"#, "stop")],
            events: call(0, "call_0_0", "f", "{}") + finish),
        Case(
            name: "every call counted as index 0",
            chunks: [
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"#),
                delta(#"{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"[]"}}]}"#),
                delta("{}", "tool_call"),
            ], events: call(0, "a", "f", "{}") + call(1, "b", "f", "[]") + finish),
        Case(
            name: "pieces that repeat id and name",
            chunks: [
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}"#),
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}]}"#),
                delta("{}", "tool_calls"),
            ], events: call(0, "a", "f", "{", "}") + finish),
        Case(
            name: "pieces without index and id go on with the last call",
            chunks: [
                delta(#"{"tool_calls":[{"id":"a","function":{"name":"f"}}]}"#),
                delta(#"{"tool_calls":[{"function":{"arguments":"{}"}}]}"#), delta("{}", "tool_calls"),
            ], events: call(0, "a", "f", "{}") + finish),
        Case(
            name: "a name that comes late",
            chunks: [
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{"}}]}"#),
                delta(#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"}"}}]}"#),
                delta("{}", "tool_calls"),
            ], events: call(0, "a", "f", "{", "}") + finish),
        Case(
            name: "arguments null, empty or absent mean none",
            chunks: [
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"null"}}]}"#),
                delta(#"{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":""}}]}"#),
                delta(#"{"tool_calls":[{"index":2,"id":"c","function":{"name":"h"}}]}"#), delta("{}", "tool_calls"),
            ],
            events: [
                .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
                .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: nil),
                .toolCall(choice: 0, index: 2, id: "c", name: "h", signature: nil),
                .toolArguments(choice: 0, index: 0, "{}"), .toolArguments(choice: 0, index: 1, "{}"),
                .toolArguments(choice: 0, index: 2, "{}"),
            ] + finish),
        Case(
            name: "arguments as an object are taken as its text",
            chunks: [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"x": 1}}}]}"#, "tool_calls"
                )
            ],
            events: call(0, "a", "f", #"{"x": 1}"#) + finish),
        Case(
            name: "a signature of Google's in extra content",
            chunks: [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"ts"}}}]}"#,
                    "tool_calls")
            ],
            events: [
                .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: "ts"),
                .toolArguments(choice: 0, index: 0, "{}"),
            ] + finish),
        Case(
            name: "a function call of the time before tools",
            chunks: [
                delta(#"{"function_call":{"name":"f","arguments":""}}"#),
                delta(#"{"function_call":{"arguments":"{}"}}"#),
                delta("{}", "function_call"),
            ], events: call(0, "call_0_0", "f", "{}") + finish),
        Case(
            name: "the empty finish reason is none, a repeated one counts once",
            chunks: [delta(#"{"content":"a"}"#, ""), delta("{}", "eos"), delta("{}", "stop")],
            events: [.text(choice: 0, "a"), .finish(choice: 0, .stop)]),
        Case(
            name: "a refusal", chunks: [delta(#"{"refusal":"no"}"#), delta("{}", "stop")],
            events: [.refusal(choice: 0, "no"), .finish(choice: 0, .stop)]),
        Case(
            name: "the whole message beside a delta is not read twice",
            chunks: [
                #"{"choices":[{"index":0,"delta":{"content":"b"},"message":{"content":"ab"},"finish_reason":"stop"}]}"#
            ], events: [.text(choice: 0, "b"), .finish(choice: 0, .stop)]),
        Case(
            name: "usage in its own chunk, in a content chunk, in x_groq, twice",
            chunks: [
                #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#,
                #"{"choices":[],"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}}}"#,
                #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_cache_hit_tokens":1}}"#,
                "[DONE]",
                #"{"choices":[],"usage":{"prompt_tokens":-5,"completion_tokens":3}}"#,
            ],
            events: [
                .text(choice: 0, "a"), .finish(choice: 0, .stop), .usage(Usage(promptTokens: 1, completionTokens: 1)),
                .usage(Usage(promptTokens: 1, completionTokens: 2)),
                .usage(Usage(promptTokens: 1, completionTokens: 2, cachedTokens: 1)),
                .usage(Usage(promptTokens: 0, completionTokens: 3)),
            ]),
        Case(
            name: "xAI counts reasoning beside the completion",
            chunks: [
                #"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":19,"completion_tokens_details":{"reasoning_tokens":7}}}"#
            ], events: [.usage(Usage(promptTokens: 10, completionTokens: 9, reasoningTokens: 7))]),
    ]

    @Test("Chunks become the common events", arguments: cases)
    func chunks(test: Case) throws {
        var reader = ChatStreamReader()
        var events: [ModelEvent] = []
        for chunk in test.chunks { events += try #require(try reader.read(StreamRecord(data: Array(chunk.utf8)))) }
        #expect(events.filter { if case .start = $0 { false } else { true } } == test.events)
    }

    @Test(
        "A chunk that cannot be read is reported, not thrown",
        arguments: ["{", "[]", "1", #"{"choices":{}}"#, #"{"choices":[1]}"#])
    func broken(chunk: String) throws {
        var reader = ChatStreamReader()
        #expect(try reader.read(StreamRecord(data: Array(chunk.utf8))) == nil)
    }

    @Test(
        "An error in the stream is thrown with its kind",
        arguments: [
            (
                nil, #"{"error":{"message":"Token limit reached","code":400},"choices":[{"index":0,"delta":{}}]}"#,
                .contextLength
            ),
            (nil, #"{"error":"Rate limit reached, try again in 2s"}"#, .rateLimit),
            (nil, #"{"error":{"message":"The server had an error","type":"server_error"}}"#, .server),
            (
                nil,
                #"{"error":{"message":"Tool choice is required","type":"invalid_request_error","code":"tool_use_failed"}}"#,
                .badRequest
            ),
            (nil, #"{"object":"error","message":"too many requests","code":429}"#, .rateLimit),
            (nil, #"{"error":{"code":502,"message":"Provider disconnected"}}"#, .server),
            ("error", #"{"message":"overloaded"}"#, .overloaded),
        ] as [(String?, String, UpstreamFailure.Kind)])
    func errors(name: String?, chunk: String, kind: UpstreamFailure.Kind) {
        var reader = ChatStreamReader()
        #expect {
            _ = try reader.read(StreamRecord(name: name, data: Array(chunk.utf8)))
        } throws: { ($0 as? UpstreamFailure)?.kind == kind }
    }

    @Test(
        "A whole answer without choices is none",
        arguments: ["{}", "[]", #"{"choices":[]}"#, #"{"choices":null}"#, #"{"choices":[1]}"#])
    func noAnswer(body: String) throws {
        let json = try JSONValue.parse(Array(body.utf8))
        #expect {
            _ = try OpenAIChatUpstream.events(of: json)
        } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("An error in place of a whole answer is thrown as what it is")
    func errorForAnswer() throws {
        let json = try JSONValue.parse(Array(#"{"error":{"message":"Insufficient credits","code":402}}"#.utf8))
        #expect {
            _ = try OpenAIChatUpstream.events(of: json)
        } throws: { ($0 as? UpstreamFailure)?.kind == .quota && ($0 as? UpstreamFailure)?.status == 402 }
    }
}
