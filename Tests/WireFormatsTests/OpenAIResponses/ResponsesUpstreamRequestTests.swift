import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Conversations become Responses requests")
struct ResponsesUpstreamRequestTests {
    private func body(_ chat: String) throws -> (text: String, dropped: [String]) {
        let asked = try OpenAIChat.understand(Array("{\"model\":\"x\",\(chat)}".utf8))
        let call = try OpenAIChat.call(asked, to: target(.openAIResponses))
        #expect(call.path == "/responses")
        return (String(decoding: call.body, as: UTF8.self), call.dropped)
    }

    @Test("Every kind of turn has its item")
    func items() throws {
        let sent = try body(
            """
            "messages":[{"role":"system","content":"be brief"},{"role":"developer","content":"d"},
            {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"https://x/y.png","detail":"low"}},
            {"type":"file","file":{"file_data":"data:application/pdf;base64,CCCC"}},
            {"type":"input_audio","input_audio":{"data":"BBBB","format":"wav"}}]},
            {"role":"assistant","content":"said","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"enc1"},
            {"type":"reasoning.encrypted","data":"enc2"}],
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
            {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}]
            """)
        #expect(
            sent.text
                == #"{"model":"m","instructions":"be brief","input":[{"type":"message","role":"developer","content":"d"},{"type":"message","role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"https://x/y.png","detail":"low"},{"type":"input_file","filename":"document.pdf","file_data":"data:application/pdf;base64,CCCC"},{"type":"input_audio","input_audio":{"data":"BBBB","format":"wav"}}]},{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"enc1"},{"type":"reasoning","summary":[],"encrypted_content":"enc2"},{"type":"message","role":"assistant","content":"said"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"one"},{"type":"input_text","text":"two"}]}],"include":["reasoning.encrypted_content"],"store":false}"#
        )
        #expect(sent.dropped.isEmpty)
    }

    @Test("Options have their own words; a function is as strict as it was")
    func options() throws {
        let sent = try body(
            """
            "messages":[{"role":"user","content":"q"}],"tools":[{"type":"function","function":{"name":"f","description":"d",
            "parameters":{"type":"object"},"strict":true}},{"type":"function","function":{"name":"g"}}],
            "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"max_tokens":9,"temperature":0.5,
            "top_p":0.25,"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_schema","json_schema":{"name":"n",
            "schema":{"type":"object"},"strict":true}},"verbosity":"low","reasoning_effort":"high","user":"u",
            "metadata":{"a":"b"},"service_tier":"flex","prompt_cache_key":"k","stream":true
            """)
        #expect(
            sent.text
                == #"{"model":"m","input":[{"type":"message","role":"user","content":"q"}],"tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true},{"type":"function","name":"g","parameters":{"type":"object","properties":{}},"strict":false}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,"max_output_tokens":9,"temperature":0.5,"top_p":0.25,"top_logprobs":2,"text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},"reasoning":{"effort":"high"},"include":["reasoning.encrypted_content","message.output_text.logprobs"],"user":"u","metadata":{"a":"b"},"service_tier":"flex","prompt_cache_key":"k","store":false,"stream":true}"#
        )
        #expect(sent.dropped.isEmpty)
    }

    @Test("What Responses has no word for is named")
    func dropped() throws {
        let sent = try body(
            """
            "messages":[{"role":"user","name":"ann","content":[{"type":"video_url","video_url":{"url":"https://x/y.mp4"}}]},
            {"role":"assistant","content":"a","reasoning_content":"unsigned"}],
            "seed":1,"stop":["x"],"n":2,"logit_bias":{"5":1},"presence_penalty":1,"frequency_penalty":1,"top_k":3
            """)
        #expect(
            sent.dropped == [
                "frequency_penalty", "logit_bias", "messages.content.video_url", "messages.name",
                "messages.reasoning_content", "n", "presence_penalty", "seed", "stop", "top_k",
            ])
    }

    @Test("Models that may not reason are not asked for what only reasoning ones have")
    func include() throws {
        let plain = try body(#""messages":[{"role":"user","content":"q"}]"#).text
        #expect(!plain.contains("include"))
        let unthinking = try body(#""messages":[{"role":"user","content":"q"}],"reasoning_effort":"none""#).text
        #expect(!unthinking.contains("include"))
        var model = ModelConfiguration(name: "m")
        model.capabilities = ["reasoning"]
        let sent = try OpenAIResponsesUpstream.encode(
            Conversation(messages: [Message(.user, [.text("q")])]), model: model)
        #expect(String(decoding: sent.body, as: UTF8.self).contains("reasoning.encrypted_content"))
    }

    @Test("A conversation written and read again is the same")
    func roundTrip() throws {
        var conversation = Conversation(messages: [
            Message(.system, [.text("s")]), Message(.developer, [.text("d")]), Message(.system, [.text("later")]),
            Message(.user, [.text("a"), .image(.inline(type: "image/png", data: "AAAA"), detail: "high")]),
            Message(.user, []),
            Message(
                .user,
                [
                    .document(.file(id: "f1", keptBy: .openAI), name: "n"),
                    .image(.file(id: "f2", keptBy: .openAI), detail: nil),
                ]),
            Message(
                .assistant,
                [
                    .thinking(Thinking(text: "t", signature: "s=")), .text("x"), .refusal("r"),
                    .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
                    .thinking(Thinking(text: "", signature: "u")),
                    .toolCall(ToolCall(id: "d", name: "g", arguments: #"{"a":[1, 2]}"#)),
                ]),
            Message(.tool, [.toolResult(ToolResult(callID: "c", name: "f", content: [.text("r")]))]),
            Message(
                .tool,
                [
                    .toolResult(
                        ToolResult(
                            callID: "d", name: "g",
                            content: [.text("r"), .image(.url("https://x", type: nil), detail: nil)]))
                ]),
            Message(.assistant, [.text("one")]), Message(.assistant, [.text("two")]),
            Message(.assistant, [.text("pre")]),
        ])
        conversation.tools = [
            Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object","properties":{}}"#), strict: true)
        ]
        conversation.toolChoice = .required
        conversation.parallelToolCalls = true
        conversation.sampling.maxTokens = 5
        conversation.sampling.temperature = 0.1
        conversation.sampling.topP = 0.2
        conversation.responseFormat = .jsonSchema(name: "n", schema: RawJSON("{}"), strict: nil, description: "d")
        conversation.reasoning = ReasoningOptions(effort: "low", summary: "detailed")
        conversation.logprobs = true
        conversation.topLogprobs = 4
        conversation.user = "u"
        conversation.metadata = RawJSON(#"{"k":"v"}"#)
        conversation.serviceTier = "flex"
        conversation.verbosity = "high"
        conversation.promptCacheKey = "p"
        conversation.stream = true
        let sent = try OpenAIResponsesUpstream.encode(conversation, model: ModelConfiguration(name: "m"))
        #expect(sent.dropped.isEmpty)
        let read = try OpenAIResponses.conversation(try OpenAIResponses.understand(sent.body))
        #expect(read == conversation)
        #expect(try OpenAIResponsesUpstream.encode(read, model: ModelConfiguration(name: "m")) == sent)
    }
}
