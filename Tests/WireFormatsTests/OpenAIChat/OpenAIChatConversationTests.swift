import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("A chat request as a conversation")
struct OpenAIChatConversationTests {
    @Test("Every field of the request is mapped")
    func everything() throws {
        let conversation = try read(
            """
            {"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,
            "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"b":1,"a":2.50},"strict":true}}],
            "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
            "max_tokens":5,"temperature":0.5,"top_p":0.9,"top_k":3,"frequency_penalty":1,"presence_penalty":-1,"seed":7,
            "stop":"END","logit_bias":{"50256":-100},"n":2,"logprobs":true,"top_logprobs":3,"user":"u",
            "metadata":{"k":"v"},"service_tier":"flex","reasoning_effort":"low",
            "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}}}
            """)
        var expected = Conversation(messages: [Message(.user, [.text("hi")])])
        expected.tools = [Tool(name: "f", description: "d", parameters: RawJSON(#"{"b":1,"a":2.50}"#), strict: true)]
        expected.toolChoice = .named("f")
        expected.parallelToolCalls = false
        expected.sampling.maxTokens = 5
        expected.sampling.temperature = 0.5
        expected.sampling.topP = 0.9
        expected.sampling.topK = 3
        expected.sampling.frequencyPenalty = 1
        expected.sampling.presencePenalty = -1
        expected.sampling.seed = 7
        expected.sampling.stop = ["END"]
        expected.sampling.logitBias = RawJSON(#"{"50256":-100}"#)
        expected.choiceCount = 2
        expected.logprobs = true
        expected.topLogprobs = 3
        expected.user = "u"
        expected.metadata = RawJSON(#"{"k":"v"}"#)
        expected.serviceTier = "flex"
        expected.reasoning = ReasoningOptions(effort: "low")
        expected.responseFormat = .jsonSchema(
            name: "n", schema: RawJSON(#"{"type":"object"}"#), strict: true, description: nil)
        expected.stream = true
        #expect(conversation == expected)
    }

    @Test("Turns keep their roles, parts, calls, results and thinking")
    func turns() throws {
        let conversation = try read(
            """
            {"model":"m","messages":[
            {"role":"system","content":"be brief"},{"role":"developer","content":[{"type":"text","text":"d"}],"name":"dev"},
            {"role":"user","content":[{"type":"text","text":"see"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
              {"type":"image_url","image_url":{"url":"https://x/y.png"}},
              {"type":"input_audio","input_audio":{"data":"BBBB","format":"mp3"}},
              {"type":"file","file":{"file_data":"data:application/pdf;base64,CCCC","filename":"a.pdf"}},
              {"type":"file","file":{"file_id":"file-1"}}]},
            {"role":"assistant","content":null,"reasoning_content":"hm wait",
              "reasoning_details":[{"type":"reasoning.text","text":"hm ","index":0},
                {"type":"reasoning.text","text":"wait","signature":"sig==","index":0},
                {"type":"reasoning.encrypted","data":"opaque","index":1}],
              "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a\\": 1}"},
                "extra_content":{"google":{"thought_signature":"ts"}}},
                {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
            {"role":"tool","tool_call_id":"c1","content":"one"},
            {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"two"}]},
            {"role":"assistant","content":"said","refusal":"no"}]}
            """)
        #expect(
            conversation.messages == [
                Message(.system, [.text("be brief")]),
                Message(.developer, [.text("d")], name: "dev"),
                Message(
                    .user,
                    [
                        .text("see"), .image(.inline(type: "image/png", data: "AAAA"), detail: "low"),
                        .image(.url("https://x/y.png", type: nil), detail: nil),
                        .audio(.inline(type: "audio/mpeg", data: "BBBB")),
                        .document(.inline(type: "application/pdf", data: "CCCC"), name: "a.pdf"),
                        .document(.file(id: "file-1", keptBy: .openAI), name: nil),
                    ]),
                Message(
                    .assistant,
                    [
                        .thinking(Thinking(text: "hm wait", signature: "sig==")),
                        .thinking(Thinking(text: "", redacted: "opaque")),
                        .toolCall(ToolCall(id: "c1", name: "f", arguments: #"{"a": 1}"#, signature: "ts")),
                        .toolCall(ToolCall(id: "c2", name: "g", arguments: "{}")),
                    ]),
                Message(.tool, [.toolResult(ToolResult(callID: "c1", name: "f", content: [.text("one")]))]),
                Message(.tool, [.toolResult(ToolResult(callID: "c2", name: "g", content: [.text("two")]))]),
                Message(.assistant, [.text("said"), .refusal("no")]),
            ])
        #expect(conversation.unknownFields.isEmpty)
    }

    @Test("Legacy functions become tools, calls and results")
    func legacy() throws {
        let conversation = try read(
            """
            {"model":"m","functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"},"messages":[
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"r"}]}
            """)
        #expect(conversation.tools == [Tool(name: "f", parameters: RawJSON("{}"))])
        #expect(conversation.toolChoice == .named("f"))
        #expect(
            conversation.messages == [
                Message(.assistant, [.toolCall(ToolCall(id: "call_unnamed_1", name: "f", arguments: "{}"))]),
                Message(.tool, [.toolResult(ToolResult(callID: "call_unnamed_1", name: "f", content: [.text("r")]))]),
            ])
    }

    @Test("Results without an id belong to the calls in their order")
    func resultsWithoutID() throws {
        let conversation = try read(
            """
            {"model":"m","messages":[
            {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"g","arguments":"{}"}}]},
            {"role":"tool","content":"1"},{"role":"tool","content":"2"}]}
            """)
        let calls = conversation.messages[0].content.compactMap {
            if case .toolCall(let call) = $0 { call.id } else { nil }
        }
        let results = conversation.messages.dropFirst().compactMap { message -> String? in
            if case .toolResult(let result) = message.content.first { result.callID } else { nil }
        }
        #expect(Set(calls).count == 2 && calls == results)
    }

    @Test("What the common form cannot hold is named, what asks for nothing is not")
    func unknownFields() throws {
        let conversation = try read(
            """
            {"model":"m","store":false,"modalities":["text"],"odd":"low","prediction":null,"plugins":[],
            "stream_options":{"include_usage":true,"include_obfuscation":false},
            "tools":[{"type":"web_search"},{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"}}],
            "messages":[{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]},
            {"role":"assistant","content":"y","prefix":true},{"role":"assistant","content":"z","prefix":true}]}
            """)
        #expect(
            conversation.unknownFields == [
                "odd", "plugins", "tools.web_search", "stream_options.include_obfuscation", "messages.prefix",
            ])
    }

    @Test("Marks for the provider's cache keep their places")
    func cacheMarks() throws {
        let conversation = try read(
            """
            {"model":"m","cache_control":{"type":"ephemeral"},
            "tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral","ttl":"1h"}}],
            "messages":[{"role":"system","content":"s","cache_control":{"type":"ephemeral"}},
            {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}]},
            {"role":"assistant","reasoning_content":"hm","content":[{"type":"text","text":"c","cache_control":{"type":"ephemeral"}}]},
            {"role":"tool","tool_call_id":"x","content":[{"type":"text","text":"d","cache_control":{"type":"ephemeral"}}]}]}
            """)
        let mark = CacheMark()
        #expect(conversation.messages.map(\.cacheMarks) == [[0: mark], [1: mark], [1: mark], [0: mark]])
        #expect(conversation.tools.map(\.cacheMark) == [CacheMark(lifetime: "1h")])
        #expect(conversation.cacheMark == mark && conversation.unknownFields.isEmpty)
        let sent = try parsed(
            String(
                decoding: AnthropicMessagesUpstream.encode(conversation, model: ModelConfiguration(name: "c")).body,
                as: UTF8.self))
        #expect(sent["system"]?[0]?["cache_control"]?["type"]?.string == "ephemeral")
        #expect(sent["messages"]?[0]?["content"]?[0]?["cache_control"] == nil)
        #expect(sent["messages"]?[0]?["content"]?[1]?["cache_control"] != nil)
        #expect(sent["messages"]?[2]?["content"]?[0]?["cache_control"] != nil)
        #expect(sent["tools"]?[0]?["cache_control"]?["ttl"]?.string == "1h")
        #expect(sent["cache_control"]?["type"]?.string == "ephemeral")
    }

    @Test(
        "The ways to ask for reasoning",
        arguments: [
            (#""reasoning_effort":"high""#, ReasoningOptions(effort: "high")),
            (#""reasoning":{"max_tokens":2000}"#, ReasoningOptions(budgetTokens: 2000)),
            (#""reasoning":{"effort":"low"}"#, ReasoningOptions(effort: "low")),
            (#""reasoning":{"enabled":false}"#, ReasoningOptions(effort: "none")),
            (#""thinking":{"type":"enabled","budget_tokens":99}"#, ReasoningOptions(budgetTokens: 99)),
            (#""thinking":{"type":"disabled"}"#, ReasoningOptions(effort: "none")),
            (#""stop":null"#, nil),
        ] as [(String, ReasoningOptions?)])
    func reasoning(field: String, expected: ReasoningOptions?) throws {
        let conversation = try read(#"{"model":"m","messages":[{"role":"user","content":"x"}],\#(field)}"#)
        #expect(conversation.reasoning == expected)
        #expect(conversation.unknownFields.isEmpty)
    }

    @Test(
        "What cannot be carried is refused, naming the field",
        arguments: [
            (#"{"role":"narrator","content":"x"}"#, "messages[0].role"),
            (#"{"role":"user","content":[{"type":"hologram"}]}"#, "messages[0].content[0].type"),
            (#"{"role":"assistant","tool_calls":[{"type":"function"}]}"#, "messages[0].tool_calls"),
        ])
    func refused(message: String, parameter: String) throws {
        let request = try OpenAIChat.understand(Array(#"{"model":"m","messages":[\#(message)]}"#.utf8))
        #expect {
            _ = try OpenAIChat.conversation(request)
        } throws: { ($0 as? GatewayError)?.parameter == parameter }
    }

    @Test("Each field has a name of the caller's", arguments: ConversationField.allCases)
    func names(field: ConversationField) { #expect(!OpenAIChat.name(of: field).isEmpty) }

    private func read(_ body: String) throws -> Conversation {
        try OpenAIChat.conversation(try OpenAIChat.understand(Array(body.utf8)))
    }
}
