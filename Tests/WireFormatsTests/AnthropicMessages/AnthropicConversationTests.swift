import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("A messages request as a conversation")
struct AnthropicConversationTests {
    private func read(_ members: String) throws -> Conversation {
        let body = #"{"model":"m","max_tokens":100,\#(members)}"#
        return try AnthropicMessages.conversation(try AnthropicMessages.understand(Array(body.utf8)))
    }

    @Test("System, turns and every kind of content keep their order")
    func content() throws {
        let conversation = try read(
            """
            "system":[{"type":"text","text":"A"},{"type":"text","text":"B","cache_control":{"type":"ephemeral","ttl":"1h"}}],
            "messages":[{"role":"user","content":[{"type":"text","text":"look"},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
            {"type":"image","source":{"type":"url","url":"https://example.com/a"}},
            {"type":"document","title":"t","source":{"type":"base64","media_type":"application/pdf","data":"BBBB"}},
            {"type":"document","source":{"type":"file","file_id":"file_1"}},
            {"type":"document","source":{"type":"text","media_type":"text/plain","data":"words"}}]},
            {"role":"assistant","content":"yes"},{"role":"system","content":"C"},{"role":"user","content":"go"}]
            """)
        var system = Message(.system, [.text("A"), .text("B")])
        system.cacheMarks = [1: CacheMark(lifetime: "1h")]
        #expect(
            conversation.messages == [
                system,
                Message(
                    .user,
                    [
                        .text("look"), .image(.inline(type: "image/png", data: "AAAA"), detail: nil),
                        .image(.url("https://example.com/a", type: nil), detail: nil),
                        .document(.inline(type: "application/pdf", data: "BBBB"), name: "t"),
                        .document(.file(id: "file_1", keptBy: .anthropic), name: nil),
                        .document(.inline(type: "text/plain", data: "d29yZHM="), name: nil),
                    ]),
                Message(.assistant, [.text("yes")]), Message(.system, [.text("C")]), Message(.user, [.text("go")]),
            ])
        #expect(conversation.unknownFields.isEmpty)
    }

    @Test("Thinking, calls and results: byte for byte, results in turns of their own with the tool's name")
    func tools() throws {
        let conversation = try read(
            """
            "messages":[{"role":"user","content":"q"},{"role":"assistant","content":[
            {"type":"thinking","thinking":"hm","signature":"Sig+/="},{"type":"redacted_thinking","data":"Red=="},
            {"type":"tool_use","id":"toolu_1","name":"f","input":{"b": 1.0,"a":"\\u00e9"}},
            {"type":"tool_use","id":"hex_613a31","name":"g","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"hex_613a31","is_error":true,"content":"no"},
            {"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"r"},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}}]},
            {"type":"text","text":"and?"}]}]
            """)
        #expect(
            conversation.messages.dropFirst() == [
                Message(
                    .assistant,
                    [
                        .thinking(Thinking(text: "hm", signature: "Sig+/=")),
                        .thinking(Thinking(text: "", redacted: "Red==")),
                        .toolCall(ToolCall(id: "toolu_1", name: "f", arguments: #"{"b":1.0,"a":"\u00e9"}"#)),
                        .toolCall(ToolCall(id: "a:1", name: "g", arguments: "{}")),
                    ]),
                Message(
                    .tool,
                    [
                        .toolResult(ToolResult(callID: "a:1", name: "g", content: [.text("no")], isError: true)),
                        .toolResult(
                            ToolResult(
                                callID: "toolu_1", name: "f",
                                content: [.text("r"), .image(.inline(type: "image/png", data: "AA"), detail: nil)])),
                    ]),
                Message(.user, [.text("and?")]),
            ])
    }

    @Test("Options have their places")
    func options() throws {
        let conversation = try read(
            """
            "messages":[{"role":"user","content":"q"}],"temperature":0.5,"top_p":0.9,"top_k":4,"stop_sequences":["a","b"],
            "metadata":{"user_id":"u"},"service_tier":"standard_only","stream":true,"cache_control":{"type":"ephemeral"},
            "tools":[{"name":"f","description":"d","strict":true,"input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],
            "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}
            """)
        #expect(conversation.sampling.maxTokens == 100 && conversation.sampling.temperature == 0.5)
        #expect(conversation.sampling.topP == 0.9 && conversation.sampling.topK == 4)
        #expect(conversation.sampling.stop == ["a", "b"] && conversation.user == "u")
        #expect(conversation.serviceTier == "default" && conversation.stream && conversation.cacheMark == CacheMark())
        var tool = Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object"}"#), strict: true)
        tool.cacheMark = CacheMark()
        #expect(conversation.tools == [tool] && conversation.toolChoice == .named("f"))
        #expect(conversation.parallelToolCalls == false && conversation.unknownFields.isEmpty)
    }

    @Test(
        "Thinking and effort",
        arguments: [
            (
                #""thinking":{"type":"enabled","budget_tokens":2048}"#,
                ReasoningOptions(budgetTokens: 2048, summary: "auto")
            ),
            (#""thinking":{"type":"adaptive"}"#, ReasoningOptions(effort: "high", summary: "auto")),
            (
                #""thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"low"}"#,
                ReasoningOptions(effort: "low")
            ),
            (#""output_config":{"effort":"max"}"#, ReasoningOptions(effort: "max")),
            (#""thinking":{"type":"disabled"},"output_config":{"effort":"max"}"#, ReasoningOptions(effort: "none")),
        ])
    func reasoning(members: String, expected: ReasoningOptions) throws {
        #expect(try read(#""messages":[{"role":"user","content":"q"}],\#(members)"#).reasoning == expected)
    }

    @Test("A schema is strict elsewhere where it keeps to the rules of strictness")
    func schema() throws {
        let strict =
            #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#
        let loose = #"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#
        for (schema, isStrict) in [(strict, true), (loose, nil), (#"{"type":"object"}"#, nil)] as [(String, Bool?)] {
            for place in [
                #""output_config":{"format":{"type":"json_schema","schema":\#(schema)}}"#,
                #""output_format":{"type":"json_schema","schema":\#(schema)}"#,
            ] {
                let format = try read(#""messages":[{"role":"user","content":"q"}],\#(place)"#).responseFormat
                #expect(
                    format == .jsonSchema(name: "response", schema: RawJSON(schema), strict: isStrict, description: nil)
                )
            }
        }
    }

    @Test("What the common form cannot hold is named")
    func unknownFields() throws {
        let conversation = try read(
            """
            "container":"c","mcp_servers":[],"speed":"fast","metadata":{"x":1},"thinking":{"type":"adaptive","display":"omitted"},
            "tools":[{"type":"web_search_20250305","name":"web_search"},{"name":"f","input_schema":{},"defer_loading":true}],
            "messages":[{"role":"user","content":[{"type":"text","text":"a","citations":[{}]},{"type":"container_upload","file_id":"x"}]},
            {"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"text","text":"b"}]}]
            """)
        #expect(
            Set(conversation.unknownFields) == [
                "container", "speed", "metadata.x", "thinking.display", "tools.web_search_20250305",
                "tools.defer_loading",
                "messages.content.citations", "messages.content.container_upload", "messages.content.server_tool_use",
            ])
        #expect(conversation.messages == [Message(.user, [.text("a")]), Message(.assistant, [.text("b")])])
    }

    @Test("What sums up the turns before it is what an assistant said")
    func compaction() throws {
        let conversation = try read(
            """
            "messages":[{"role":"assistant","content":[{"type":"compaction","content":"So far.","signature":"s"},
            {"type":"compaction","content":null}]},{"role":"user","content":"q"}]
            """)
        #expect(conversation.messages == [Message(.assistant, [.text("So far.")]), Message(.user, [.text("q")])])
        #expect(conversation.unknownFields == ["messages.content.signature"])
    }

    @Test("What stands before a summary is not told beside it, what stands before none is")
    func compactedHistory() throws {
        func told(_ summary: String) throws -> [Message] {
            try read(
                """
                "system":"s","messages":[{"role":"user","content":"old"},{"role":"assistant","content":[
                {"type":"text","text":"older"},{"type":"compaction","content":\(summary)},{"type":"text","text":"new"}]},
                {"role":"user","content":"q"}]
                """
            ).messages
        }
        let question = Message(.user, [.text("q")])
        #expect(
            try told(#""So far.""#) == [
                Message(.system, [.text("s")]), Message(.assistant, [.text("So far."), .text("new")]), question,
            ])
        #expect(
            try told("null") == [
                Message(.system, [.text("s")]), Message(.user, [.text("old")]),
                Message(.assistant, [.text("older"), .text("new")]), question,
            ])
    }

    @Test("A thread is kept by Anthropic: nobody else is asked to go on with it")
    func thread() throws {
        let body =
            #"{"model":"m","max_tokens":9,"thread":{"type":"create"},"messages":[{"role":"user","content":"q"}]}"#
        let asked = try AnthropicMessages.understand(Array(body.utf8))
        #expect(asked.needs.only == WireNeed(wire: .anthropicMessages, field: "thread"))
        #expect(try AnthropicMessages.call(asked, to: target(.anthropicMessages)).body == Array(body.utf8))
        #expect {
            try AnthropicMessages.call(asked, to: target(.openAIChat))
        } throws: { ($0 as? GatewayError)?.parameter == "thread" }
    }

    @Test("Written for Anthropic and read again it is the same")
    func roundTrip() throws {
        let conversation = try read(
            """
            "stream":true,"system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}],"temperature":0.5,
            "messages":[{"role":"user","content":[{"type":"text","text":"q"},{"type":"image","source":{"type":"url","url":"https://example.com/a"}}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"S"},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":"r"},{"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"5m"}}]}],
            "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],
            "tool_choice":{"type":"auto","disable_parallel_tool_use":true},"stop_sequences":["z"],"metadata":{"user_id":"u"},"top_k":3
            """)
        let encoded = try AnthropicMessagesUpstream.encode(conversation, model: ModelConfiguration(name: "m"))
        #expect(encoded.dropped.isEmpty)
        #expect(try AnthropicMessages.conversation(try AnthropicMessages.understand(encoded.body)) == conversation)
    }

    @Test(
        "Any tool id survives the way to the caller and back",
        arguments: ["toolu_1", "a:1", "", "hex_00", "é🙂", "call_gw_x_0"])
    func toolIDs(id: String) {
        let allowed = AnthropicToolID.allowed(id)
        #expect(!allowed.isEmpty && allowed.utf8.allSatisfy { $0 < 0x7F })
        #expect(AnthropicToolID.original(allowed) == id)
    }
}
