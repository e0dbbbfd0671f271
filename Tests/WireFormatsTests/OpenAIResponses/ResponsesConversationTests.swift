import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Responses requests become conversations")
struct ResponsesConversationTests {
    @Test("A text is a user's turn, instructions come before it")
    func plain() throws {
        let read = try conversation(#""input":"q","instructions":"be brief""#)
        #expect(read.messages == [Message(.system, [.text("be brief")]), Message(.user, [.text("q")])])
        #expect(read.unknownFields.isEmpty)
    }

    @Test("Items become turns: what an assistant thought, said and called in a row is one")
    func items() throws {
        let read = try conversation(
            """
            "input":[{"role":"system","content":"s"},{"role":"developer","content":[{"type":"input_text","text":"d"}]},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"see"},
              {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
              {"type":"input_image","file_id":"file-1","detail":"auto"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,CCCC"},
              {"type":"input_file","file_url":"https://x/y.pdf"},
              {"type":"input_audio","input_audio":{"data":"BBBB","format":"mp3"}}]},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"},{"type":"summary_text","text":"so"}],
              "encrypted_content":"sig=="},
            {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"gw.redacted.opaque"},
            {"type":"message","id":"msg_1","role":"assistant","status":"completed",
              "content":[{"type":"output_text","text":"said","annotations":[],"logprobs":[]},{"type":"refusal","refusal":"no"}]},
            {"type":"reasoning","id":"rs_3","summary":[],"encrypted_content":"gw.call.ts"},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\\"a\\": 1}","status":"completed"},
            {"type":"function_call","call_id":"c2","name":"g","arguments":""},
            {"type":"function_call_output","call_id":"c1","output":"one"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"two"},
              {"type":"input_image","image_url":"https://x/y.png"}]},
            {"role":"assistant","content":"first"},{"role":"assistant","content":"second"}]
            """)
        #expect(
            read.messages == [
                Message(.system, [.text("s")]), Message(.developer, [.text("d")]),
                Message(
                    .user,
                    [
                        .text("see"), .image(.inline(type: "image/png", data: "AAAA"), detail: "low"),
                        .image(.file(id: "file-1", keptBy: .openAI), detail: "auto"),
                        .document(.inline(type: "application/pdf", data: "CCCC"), name: "a.pdf"),
                        .document(.url("https://x/y.pdf", type: nil), name: nil),
                        .audio(.inline(type: "audio/mpeg", data: "BBBB")),
                    ]),
                Message(
                    .assistant,
                    [
                        .thinking(Thinking(text: "hm\n\nso", signature: "sig==")),
                        .thinking(Thinking(text: "", redacted: "opaque")), .text("said"), .refusal("no"),
                        .toolCall(ToolCall(id: "c1", name: "f", arguments: #"{"a": 1}"#, signature: "ts")),
                        .toolCall(ToolCall(id: "c2", name: "g", arguments: "{}")),
                    ]),
                Message(.tool, [.toolResult(ToolResult(callID: "c1", name: "f", content: [.text("one")]))]),
                Message(
                    .tool,
                    [
                        .toolResult(
                            ToolResult(
                                callID: "c2", name: "g",
                                content: [.text("two"), .image(.url("https://x/y.png", type: nil), detail: nil)]))
                    ]),
                Message(.assistant, [.text("first")]), Message(.assistant, [.text("second")]),
            ])
        #expect(read.unknownFields.isEmpty)
    }

    @Test("Options are read under their own names")
    func options() throws {
        let read = try conversation(
            """
            "input":"q","tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true}],
            "tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,"max_output_tokens":9,"temperature":0.5,
            "top_p":0.25,"reasoning":{"effort":"high","summary":"auto"},"top_logprobs":3,
            "include":["message.output_text.logprobs","reasoning.encrypted_content"],"metadata":{"a":"b"},"user":"u",
            "service_tier":"flex","prompt_cache_key":"k","text":{"verbosity":"low","format":{"type":"json_schema","name":"n",
            "schema":{"type":"object"},"strict":true,"description":"d"}},"stream":true,"store":false,"truncation":"disabled"
            """)
        #expect(
            read.tools == [
                Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object"}"#), strict: true)
            ])
        #expect(read.toolChoice == .named("f") && read.parallelToolCalls == false && read.stream)
        #expect(read.sampling.maxTokens == 9 && read.sampling.temperature == 0.5 && read.sampling.topP == 0.25)
        #expect(read.reasoning == ReasoningOptions(effort: "high", summary: "auto"))
        #expect(read.logprobs == true && read.topLogprobs == 3 && read.user == "u" && read.serviceTier == "flex")
        #expect(read.metadata == RawJSON(#"{"a":"b"}"#) && read.promptCacheKey == "k" && read.verbosity == "low")
        #expect(
            read.responseFormat
                == .jsonSchema(name: "n", schema: RawJSON(#"{"type":"object"}"#), strict: true, description: "d"))
        #expect(read.unknownFields.isEmpty)
    }

    @Test("What cannot be held is named: storage, truncation, a provider's own tools and their calls")
    func unknown() throws {
        let read = try conversation(
            """
            "store":true,"truncation":"auto","max_tool_calls":3,"include":["web_search_call.action.sources"],
            "tools":[{"type":"web_search"},{"type":"mcp","server_label":"x"}],
            "input":[{"role":"user","content":"q"},{"type":"web_search_call","id":"ws_1","status":"completed"}]
            """)
        #expect(
            read.unknownFields.sorted() == [
                "include", "input.web_search_call", "max_tool_calls", "store", "tools.mcp", "tools.web_search",
                "truncation",
            ])
        #expect(read.tools.isEmpty && read.messages == [Message(.user, [.text("q")])])
    }

    @Test("A tool that takes text is a function with one argument, there and back")
    func customTools() throws {
        let members = """
            "tools":[{"type":"custom","name":"patch","description":"d","format":{"type":"text"}}],
            "input":[{"type":"custom_tool_call","call_id":"c","name":"patch","input":"say \\"hi\\""},
            {"type":"custom_tool_call_output","call_id":"c","output":"done"}]
            """
        let read = try conversation(members)
        #expect(read.tools == [Tool(name: "patch", description: "d", parameters: ResponsesCustomTools.schema)])
        #expect(
            read.messages[0].content == [
                .toolCall(ToolCall(id: "c", name: "patch", arguments: #"{"input":"say \"hi\""}"#))
            ])
        #expect(read.unknownFields.isEmpty)
        var writer = try responsesWriter(members)
        let answer = try JSONValue.parse(
            writer.whole([
                .toolCall(choice: 0, index: 0, id: "c2", name: "patch", signature: nil),
                .toolArguments(choice: 0, index: 0, #"{"inp"#), .toolArguments(choice: 0, index: 0, #"ut":"a\nb"}"#),
                .finish(choice: 0, .toolCalls),
            ]))
        let call = try #require(answer["output"]?[0])
        #expect(call["type"]?.string == "custom_tool_call" && call["input"]?.string == "a\nb")
        #expect(call["call_id"]?.string == "c2" && call["name"]?.string == "patch")
    }

    @Test(
        "What no other provider can be made to do is refused",
        arguments: [
            (#""input":"q","tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"}"#, "tool_choice"),
            (#""input":[{"type":"item_reference","id":"msg_1"}]"#, "input[0].type"),
            (#""input":[{"role":"user","content":[{"type":"input_video"}]}]"#, "input[0].content[0].type"),
            (#""input":[{"role":"critic","content":"q"}]"#, "input[0].role"),
            (#""input":"q","text":{"format":{"type":"grammar"}}"#, "text.format.type"),
        ])
    func refused(members: String, field: String) {
        #expect {
            _ = try conversation(members)
        } throws: { ($0 as? GatewayError)?.parameter == field }
    }
}
