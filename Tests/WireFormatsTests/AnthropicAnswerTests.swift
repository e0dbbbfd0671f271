import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Anthropic answers")
struct AnthropicAnswerTests {
    @Test("A whole answer's blocks become events in order; server tools are told of as left out")
    func whole() throws {
        let answer = try parsed(
            #"""
            {"id":"msg_1","model":"claude-x","type":"message","content":[
             {"type":"thinking","thinking":"hm","signature":"S=="},{"type":"redacted_thinking","data":"R=="},
             {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}},
             {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
             {"type":"text","text":"Hi","citations":[{"url":"u"}]},
             {"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1}},
             {"type":"tool_use","id":"toolu_2","name":"g","input":{}}],
             "stop_reason":"tool_use","usage":{"input_tokens":5,"cache_read_input_tokens":7,
             "cache_creation_input_tokens":2,"output_tokens":3}}
            """#)
        #expect(
            try AnthropicMessagesUpstream.events(of: answer) == [
                .start(id: "msg_1", model: "claude-x", created: nil), .thinking(choice: 0, "hm"),
                .thinkingSignature(choice: 0, "S=="), .redactedThinking(choice: 0, "R=="), .leftOut("server_tool_use"),
                .leftOut("web_search_tool_result"), .text(choice: 0, "Hi"),
                .citations(choice: 0, RawJSON(#"[{"url":"u"}]"#)),
                .toolCall(choice: 0, index: 0, id: "toolu_1", name: "f", signature: nil),
                .toolArguments(choice: 0, index: 0, #"{"a": 1}"#),
                .toolCall(choice: 0, index: 1, id: "toolu_2", name: "g", signature: nil),
                .toolArguments(choice: 0, index: 1, "{}"), .finish(choice: 0, .toolCalls),
                .usage(Usage(promptTokens: 14, completionTokens: 3, cachedTokens: 7, cacheWriteTokens: 2)),
            ])
    }

    @Test("What it took to sum up a conversation counts, which the counts beside it leave out")
    func compactionUsage() throws {
        let usage = #"""
            {"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":3,"iterations":[
            {"type":"compaction","input_tokens":100,"cache_creation_input_tokens":20,"output_tokens":30},
            {"type":"message","input_tokens":5,"cache_read_input_tokens":7,"output_tokens":3}]}
            """#
        let sum = Usage(promptTokens: 132, completionTokens: 33, cachedTokens: 7, cacheWriteTokens: 20)
        let answer = try parsed(#"{"content":[],"stop_reason":"end_turn","usage":\#(usage)}"#)
        #expect(try AnthropicMessagesUpstream.events(of: answer).last == .usage(sum))
        let stream = try readAll(
            AnthropicStreamReader.self,
            [
                #"{"type":"message_start","message":{"id":"m","usage":{"input_tokens":5,"output_tokens":1}}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":\#(usage)}"#
                    .split(separator: "\n").joined(),
            ])
        #expect(stream.last == .usage(sum))
    }

    @Test("The reserved tool's arguments are the text of an answer that stopped")
    func structuredWhole() throws {
        let name = AnthropicMessagesUpstream.answerTool
        let answer = try parsed(
            #"{"content":[{"type":"tool_use","id":"t","name":"\#(name)","input":{"a":1}}],"stop_reason":"tool_use"}"#)
        #expect(
            try AnthropicMessagesUpstream.events(of: answer) == [
                .start(id: nil, model: nil, created: nil), .text(choice: 0, #"{"a":1}"#), .finish(choice: 0, .stop),
            ])
    }

    @Test("What is no answer is refused", arguments: [#"{}"#, #"{"content":"x"}"#, #"[]"#])
    func noAnswer(text: String) throws {
        let value = try parsed(text)
        #expect { try AnthropicMessagesUpstream.events(of: value) } throws: {
            ($0 as? UpstreamFailure)?.kind == .badAnswer
        }
    }

    @Test(
        "Stop reasons have their meaning",
        arguments: [
            ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("max_tokens", .length),
            ("model_context_window_exceeded", .length), ("tool_use", .toolCalls), ("refusal", .refusal),
            ("pause_turn", .pause), ("novel", .other("novel")),
        ])
    func finish(reason: String, expected: FinishReason) throws {
        let answer = try parsed(#"{"content":[],"stop_reason":"\#(reason)"}"#)
        #expect(try AnthropicMessagesUpstream.events(of: answer).last == .finish(choice: 0, expected))
        let stream = try readAll(
            AnthropicStreamReader.self, [#"{"type":"message_delta","delta":{"stop_reason":"\#(reason)"}}"#])
        #expect(stream == [.finish(choice: 0, expected)])
    }

    @Test("A stream of interleaved blocks keeps ids, order, signatures and cumulative usage")
    func stream() throws {
        let events = try readAll(
            AnthropicStreamReader.self,
            [
                #"{"type":"message_start","message":{"id":"m","model":"c","content":[],"usage":{"input_tokens":4,"cache_read_input_tokens":6,"output_tokens":1}}    }"#,
                #"{"type":"ping"}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"Sig=="}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}"#,
                #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{}}}"#,
                #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
                #"{"type":"content_block_stop","index":2}"#, #"{"type":"content_block_stop","index":1}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
                #"{"type":"message_stop"}"#,
            ])
        #expect(
            events == [
                .start(id: "m", model: "c", created: nil), .thinking(choice: 0, "hm"),
                .thinkingSignature(choice: 0, "Sig=="),
                .toolCall(choice: 0, index: 0, id: "t1", name: "f", signature: nil),
                .toolCall(choice: 0, index: 1, id: "t2", name: "g", signature: nil),
                .toolArguments(choice: 0, index: 0, #"{"a""#), .toolArguments(choice: 0, index: 0, ":1}"),
                .toolArguments(choice: 0, index: 1, "{}"), .finish(choice: 0, .toolCalls),
                .usage(Usage(promptTokens: 10, completionTokens: 9, cachedTokens: 6)),
            ])
    }

    @Test("An end that tells no output tokens leaves no usage", arguments: ["{}", "null", #"{"input_tokens":4}"#])
    func noUsage(usage: String) throws {
        let events = try readAll(
            AnthropicStreamReader.self,
            [
                #"{"type":"message_start","message":{"id":"m","content":[],"usage":\#(usage)}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":\#(usage)}"#,
            ])
        #expect(events == [.start(id: "m", model: nil, created: nil), .finish(choice: 0, .stop)])
        let whole = try parsed(#"{"id":"m","content":[],"stop_reason":"end_turn","usage":\#(usage)}"#)
        #expect(try AnthropicMessagesUpstream.events(of: whole) == events)
    }

    @Test("A message that starts complete has its finish and usage")
    func completeStart() throws {
        let events = try readAll(
            AnthropicStreamReader.self,
            [
                #"{"type":"message_start","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"f","input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":0,"output_tokens":0}}}"#,
                #"{"type":"message_stop"}"#,
            ])
        #expect(
            events == [
                .start(id: "m", model: nil, created: nil),
                .toolCall(choice: 0, index: 0, id: "t", name: "f", signature: nil),
                .toolArguments(choice: 0, index: 0, #"{"a":1}"#), .finish(choice: 0, .toolCalls), .usage(Usage()),
            ])
    }

    @Test("A streamed structured answer is text")
    func structuredStream() throws {
        let name = AnthropicMessagesUpstream.answerTool
        let events = try readAll(
            AnthropicStreamReader.self,
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"\#(name)","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#,
            ])
        #expect(events == [.text(choice: 0, #"{"a":"#), .text(choice: 0, "1}"), .finish(choice: 0, .stop)])
    }

    @Test("Server tool blocks and their deltas leave their names, citations stay")
    func serverTools() throws {
        let events = try readAll(
            AnthropicStreamReader.self,
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"url": "u"}}}"#,
            ])
        #expect(events == [.leftOut("server_tool_use"), .citations(choice: 0, RawJSON(#"[{"url": "u"}]"#))])
    }

    @Test("Records that cannot be read are counted, an error ends the stream")
    func brokenAndError() throws {
        let broken = [#"{"type":"#, "hello", "[]", "{}", #"{"type":"content_block_start"}"#]
        #expect(try readAll(AnthropicStreamReader.self, broken.map { Array($0.utf8) }).broken == broken.count)
        #expect(try readAll(AnthropicStreamReader.self, ["[DONE]"]) == [])
        let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
        #expect(throws: UpstreamFailure(.overloaded, message: "Overloaded", code: "overloaded_error")) {
            try readAll(AnthropicStreamReader.self, [error])
        }
    }

    @Test(
        "Failures are classified by type and words",
        arguments: [
            (400, "invalid_request_error", "prompt is too long: 3333404 tokens > 200000 maximum", "contextLength"),
            (400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", "quota"),
            (400, "invalid_request_error", "Output blocked by content filtering policy", "contentFilter"),
            (400, "invalid_request_error", "messages: at least one message is required", "badRequest"),
            (401, "authentication_error", "invalid x-api-key", "authentication"),
            (403, "permission_error", "Your API key does not have permission", "permission"),
            (404, "not_found_error", "model: x", "notFound"), (413, "request_too_large", "too large", "tooLarge"),
            (429, "rate_limit_error", "would exceed your rate limit", "rateLimit"),
            (500, "api_error", "Internal server error", "server"),
            (529, "overloaded_error", "Overloaded", "overloaded"),
            (402, "billing_error", "billing", "quota"), (504, "timeout_error", "timed out", "timeout"),
        ])
    func failure(status: Int, type: String, message: String, kind: String) throws {
        let body = #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"},"request_id":"r"}"#
        let failure = AnthropicMessagesUpstream.failure(status: status, body: Array(body.utf8))
        #expect(failure.kind == UpstreamFailure.Kind(rawValue: kind))
        #expect(failure.status == status)
        #expect(failure.message == message)
        #expect(failure.code == type)
    }

    @Test("Without a readable body the status speaks; keys are masked")
    func bareStatusAndKeys() {
        let page = AnthropicMessagesUpstream.failure(status: 529, body: Array("<html>".utf8))
        #expect(page.kind == .overloaded)
        #expect(page.message == "The provider answered with status 529.")
        #expect(AnthropicMessagesUpstream.failure(status: 200, body: []).kind == .badAnswer)
        let leaky = #"{"error":{"type":"authentication_error","message":"bad key sk-ant-api03-abcdefghijk."}}"#
        #expect(AnthropicMessagesUpstream.failure(status: 401, body: Array(leaky.utf8)).message == "bad key [key]")
    }
}
