import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Anthropic requests")
struct AnthropicRequestTests {
    private static func encode(
        _ conversation: Conversation, _ model: ModelConfiguration = ModelConfiguration(name: "claude")
    ) throws -> (body: String, dropped: Set<ConversationField>) {
        let encoded = try AnthropicMessagesUpstream.encode(conversation, model: model)
        return (String(decoding: encoded.body, as: UTF8.self), encoded.dropped)
    }

    @Test("System turns from anywhere join at the top, roles merge, blank text is left out")
    func systemAndMerging() throws {
        let conversation = Conversation(messages: [
            Message(.system, [.text("Be brief.")]), Message(.user, [.text("Hi"), .text("  \n")]),
            Message(.developer, [.text("In English.")]), Message(.user, [.text("there")]),
            Message(.assistant, [.text("Yes: ")]),
        ])
        let (body, dropped) = try Self.encode(conversation)
        #expect(
            body
                == #"{"model":"claude","max_tokens":4096,"system":[{"type":"text","text":"Be brief."},"#
                + #"{"type":"text","text":"In English."}],"messages":[{"role":"user","content":["#
                + #"{"type":"text","text":"Hi"},{"type":"text","text":"there"}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"Yes:"}]}]}"#)
        #expect(dropped.isEmpty)
    }

    @Test("An assistant's first turn gets a user's before it; system alone becomes the user's words")
    func firstTurnIsUser() throws {
        let first = try Self.encode(Conversation(messages: [Message(.assistant, [.text("Hello")])])).body
        #expect(try parsed(first)["messages"]?[0]?["role"]?.string == "user")
        #expect(try parsed(first)["messages"]?[1]?["content"]?[0]?["text"]?.string == "Hello")
        let alone = try Self.encode(Conversation(messages: [Message(.system, [.text("Sing")])])).body
        #expect(
            alone
                == #"{"model":"claude","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"Sing"}]}]}"#
        )
        #expect(throws: GatewayError.self) { try Self.encode(Conversation(messages: [])) }
    }

    @Test("Calls, results and thinking come back byte for byte, results before other content")
    func toolTurn() throws {
        let conversation = Conversation(messages: [
            Message(.user, [.text("Weather?")]),
            Message(
                .assistant,
                [
                    .thinking(Thinking(text: "hm", signature: "Sig+/=\u{e9}")),
                    .thinking(Thinking(text: "", redacted: "Red==")),
                    .toolCall(ToolCall(id: "a:1", name: "f", arguments: #"{"b": 1.0, "a":"\u00e9"}"#)),
                    .toolCall(ToolCall(id: "ok_2", name: "g", arguments: #"{"cut": "#)),
                ]),
            Message(.user, [.text("go on")]),
            Message(.tool, [.toolResult(ToolResult(callID: "a:1", content: [.text("20")], isError: true))]),
            Message(
                .tool,
                [
                    .toolResult(
                        ToolResult(
                            callID: "ok_2",
                            content: [.text("see"), .image(.inline(type: "image/png", data: "AA=="), detail: nil)]))
                ]),
        ])
        let (body, dropped) = try Self.encode(conversation)
        let messages = try #require(parsed(body)["messages"])
        #expect(
            String(decoding: try #require(messages[1]).raw, as: UTF8.self)
                == #"{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"Sig+/=é"},"#
                + #"{"type":"redacted_thinking","data":"Red=="},"#
                + #"{"type":"tool_use","id":"hex_613a31","name":"f","input":{"b": 1.0, "a":"\u00e9"}},"#
                + #"{"type":"tool_use","id":"ok_2","name":"g","input":{}}]}"#)
        #expect(
            String(decoding: try #require(messages[2]).raw, as: UTF8.self)
                == #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"hex_613a31","content":"20","is_error":true},"#
                + #"{"type":"tool_result","tool_use_id":"ok_2","content":[{"type":"text","text":"see"},"#
                + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},"#
                + #"{"type":"text","text":"go on"}]}"#)
        // A history with calls needs its tools named though none may be called.
        #expect(try parsed(body)["tool_choice"]?["type"]?.string == "none")
        #expect(try parsed(body)["tools"]?.elements.compactMap { $0["name"]?.string } == ["f", "g"])
        #expect(dropped.isEmpty)
    }

    @Test(
        "Media go as blocks; what the API cannot take is reported",
        arguments: [
            (
                ContentPart.image(.url("https://a/b.png", type: nil), detail: "high"),
                #"{"type":"image","source":{"type":"url","url":"https://a/b.png"}}"#,
                Set<ConversationField>([.imageDetail])
            ),
            (
                .document(.inline(type: "application/pdf", data: "JVBE"), name: "x.pdf"),
                #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"x.pdf"}"#,
                []
            ),
            (
                .document(.inline(type: "text/markdown", data: "SGk="), name: nil),
                #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"Hi"}}"#, []
            ),
            (.audio(.inline(type: "audio/wav", data: "AA")), nil, [.audio]),
            (.video(.url("https://a/b.mp4", type: nil)), nil, [.video]),
            (.image(.file(id: "file-1", keptBy: .openAI), detail: nil), nil, [.fileID]),
            (.thinking(Thinking(text: "unsigned")), nil, [.thinking]),
        ] as [(ContentPart, String?, Set<ConversationField>)])
    func media(part: ContentPart, block: String?, dropped: Set<ConversationField>) throws {
        let encoded = try Self.encode(Conversation(messages: [Message(.user, [.text("x"), part])]))
        let content = try #require(parsed(encoded.body)["messages"]?[0]?["content"])
        #expect(content[1].map { String(decoding: $0.raw, as: UTF8.self) } == block)
        #expect(encoded.dropped == dropped)
    }

    private static let weather = Tool(
        name: "weather", description: "Tells", parameters: RawJSON(#"{"properties":{"z":{},"a":{}}}"#), strict: true)

    @Test(
        "Tool choices have their words",
        arguments: [
            (ToolChoice?.none, Bool?.none, #"null"#), (.auto, nil, #"{"type":"auto"}"#),
            (.some(ToolChoice.none), false, #"{"type":"none"}"#), (.required, true, #"{"type":"any"}"#),
            (.named("weather"), nil, #"{"type":"tool","name":"weather"}"#),
            (nil, false, #"{"type":"auto","disable_parallel_tool_use":true}"#),
        ])
    func toolChoice(choice: ToolChoice?, parallel: Bool?, expected: String) throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.tools = [Self.weather, Tool(name: "now")]
        conversation.toolChoice = choice
        conversation.parallelToolCalls = parallel
        let (body, dropped) = try Self.encode(conversation)
        let json = try parsed(body)
        #expect(json["tool_choice"].map { String(decoding: $0.raw, as: UTF8.self) } ?? "null" == expected)
        #expect(
            try String(decoding: #require(json["tools"]).raw, as: UTF8.self)
                == #"[{"name":"weather","description":"Tells","input_schema":{"type":"object","properties":{"z":{},"a":{}}}},"#
                + #"{"name":"now","input_schema":{"type":"object","properties":{}}}]"#)
        #expect(dropped == [.toolStrict])
    }

    @Test("A response format is a tool that must be called, beside the caller's own")
    func structuredOutput() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.responseFormat = .jsonSchema(
            name: "n", schema: RawJSON(#"{"type":"object"}"#), strict: true, description: nil)
        let alone = try parsed(Self.encode(conversation).body)
        #expect(alone["tools"]?[0]?["name"]?.string == AnthropicMessagesUpstream.answerTool)
        #expect(alone["tool_choice"]?["type"]?.string == "tool")
        conversation.tools = [Self.weather]
        let beside = try parsed(Self.encode(conversation).body)
        #expect(beside["tools"]?.count == 2)
        #expect(beside["tool_choice"]?["type"]?.string == "any")
        conversation.tools = [Tool(name: AnthropicMessagesUpstream.answerTool)]
        #expect(throws: GatewayError.self) { try Self.encode(conversation) }
    }

    @Test("Sampling is brought into the API's range, and what it lacks is reported")
    func sampling() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.sampling.maxTokens = 9
        conversation.sampling.temperature = 1.5
        conversation.sampling.topP = 0.5
        conversation.sampling.topK = 3
        conversation.sampling.stop = ["END", "\n"]
        conversation.sampling.seed = 1
        conversation.sampling.frequencyPenalty = 0.1
        conversation.sampling.presencePenalty = 0
        conversation.sampling.logitBias = RawJSON("{}")
        conversation.choiceCount = 2
        conversation.logprobs = true
        conversation.user = "u"
        conversation.metadata = RawJSON("{}")
        conversation.serviceTier = "flex"
        conversation.stream = true
        let (body, dropped) = try Self.encode(conversation)
        #expect(
            body
                == #"{"model":"claude","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"#
                + #""stop_sequences":["END"],"temperature":1.0,"top_k":3,"metadata":{"user_id":"u"},"stream":true}"#)
        #expect(
            dropped == [
                .temperature, .topP, .stop, .seed, .frequencyPenalty, .logitBias, .choiceCount, .logprobs, .metadata,
                .serviceTier,
            ])
    }

    @Test(
        "max_tokens always leaves room beyond the thinking budget",
        arguments: [
            (
                ReasoningOptions(effort: "high"), Int?.none, Int?.none, 20_480,
                #"{"type":"enabled","budget_tokens":16384}"#
            ),
            (ReasoningOptions(effort: "high"), nil, 8_000, 8_000, #"{"type":"enabled","budget_tokens":6000}"#),
            (ReasoningOptions(effort: "medium"), 2_000, nil, 2_000, #"{"type":"enabled","budget_tokens":1500}"#),
            (ReasoningOptions(budgetTokens: 1_500), 1_600, nil, 1_600, #"{"type":"enabled","budget_tokens":1500}"#),
            (ReasoningOptions(effort: "low"), 1_024, nil, 1_024, "null"),
            (ReasoningOptions(effort: "none"), nil, nil, 4_096, #"{"type":"disabled"}"#),
        ])
    func thinking(asked: ReasoningOptions, limit: Int?, ofModel: Int?, maxTokens: Int, thinking: String) throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.reasoning = asked
        conversation.sampling.maxTokens = limit
        var model = ModelConfiguration(name: "claude")
        model.maxTokens = ofModel
        let (body, dropped) = try Self.encode(conversation, model)
        let json = try parsed(body)
        #expect(json["max_tokens"]?.int == maxTokens)
        #expect(json["thinking"].map { String(decoding: $0.raw, as: UTF8.self) } ?? "null" == thinking)
        #expect(dropped == (thinking == "null" ? [.reasoning] : []))
    }

    @Test("Thinking yields to a forced tool and to calls that came without it")
    func thinkingIsOffWhereRefused() throws {
        var forced = Conversation(messages: [Message(.user, [.text("x")])])
        forced.tools = [Self.weather]
        forced.toolChoice = .required
        forced.reasoning = ReasoningOptions(effort: "low")
        #expect(try Self.encode(forced).dropped == [.toolStrict, .reasoning])
        var unsigned = Conversation(messages: [
            Message(.user, [.text("x")]),
            Message(.assistant, [.toolCall(ToolCall(id: "1", name: "weather", arguments: "{}"))]),
            Message(.tool, [.toolResult(ToolResult(callID: "1", content: []))]),
        ])
        unsigned.tools = [Tool(name: "weather")]
        unsigned.reasoning = ReasoningOptions(effort: "low")
        #expect(try Self.encode(unsigned).dropped == [.reasoning])
        unsigned.messages[1].content.insert(.thinking(Thinking(text: "t", signature: "s")), at: 0)
        #expect(try Self.encode(unsigned).dropped.isEmpty)
    }

    @Test("Models that think adaptively are told an effort")
    func adaptiveThinking() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.reasoning = ReasoningOptions(effort: "high")
        var model = ModelConfiguration(name: "claude")
        model.capabilities = ["adaptive_thinking"]
        let json = try parsed(Self.encode(conversation, model).body)
        #expect(json["thinking"]?["type"]?.string == "adaptive")
        #expect(json["output_config"]?["effort"]?.string == "high")
    }

    @Test("The same conversation gives the same bytes")
    func deterministic() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.tools = [Self.weather, Tool(name: "b"), Tool(name: "a")]
        let bodies = try (0..<20).map { _ in try Self.encode(conversation).body }
        #expect(Set(bodies).count == 1)
    }
}
