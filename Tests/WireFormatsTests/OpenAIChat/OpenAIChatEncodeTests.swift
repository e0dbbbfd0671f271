import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("Writing chat requests")
struct OpenAIChatEncodeTests {
    static let conversations: [Conversation] = {
        var full = Conversation(messages: [
            Message(.system, [.text("be brief")]), Message(.developer, [.text("d")]),
            Message(
                .user,
                [
                    .text("see"), .image(.inline(type: "image/png", data: "AA=="), detail: "low"),
                    .image(.url("https://x/y", type: nil), detail: nil),
                ], name: "ann"),
            Message(
                .user,
                [
                    .audio(.inline(type: "audio/mpeg", data: "BBBB")),
                    .document(.inline(type: "application/pdf", data: "CC"), name: "a.pdf"),
                    .document(.file(id: "f", keptBy: .openAI), name: nil),
                ]),
            Message(
                .assistant,
                [
                    .thinking(Thinking(text: "hm", signature: "s")), .thinking(Thinking(text: "", redacted: "r")),
                    .text("I call"), .toolCall(ToolCall(id: "a", name: "f", arguments: #"{"x": 1.0}"#, signature: "t")),
                    .toolCall(ToolCall(id: "b", name: "g", arguments: "{}")),
                ]),
            Message(.tool, [.toolResult(ToolResult(callID: "a", name: "f", content: [.text("1")]))]),
            Message(.tool, [.toolResult(ToolResult(callID: "b", name: "g", content: [.text("2"), .text("3")]))]),
            Message(.assistant, [.thinking(Thinking(text: "unsigned")), .text("größer 🐝")]),
        ])
        full.tools = [
            Tool(name: "f", description: "d", parameters: RawJSON(#"{"z":1,"a":[2.50]}"#), strict: true),
            Tool(name: "g"),
        ]
        full.toolChoice = .required
        full.parallelToolCalls = true
        full.sampling.maxTokens = 9
        full.sampling.temperature = 0.25
        full.sampling.stop = ["a", "b"]
        full.sampling.seed = -1
        full.responseFormat = .jsonSchema(name: "n", schema: RawJSON("{}"), strict: nil, description: "d")
        full.reasoning = ReasoningOptions(effort: "high")
        full.choiceCount = 2
        full.metadata = RawJSON(#"{"b":"1","a":"2"}"#)
        full.stream = true
        var forced = Conversation(messages: [Message(.user, [.text("x")])])
        forced.tools = [Tool(name: "f")]
        forced.toolChoice = .named("f")
        forced.responseFormat = .jsonObject
        return [
            full, forced,
            Conversation(messages: [Message(.user, [.text("x")]), Message(.assistant, [.refusal("no")])]),
        ]
    }()

    @Test(
        "What is written reads back as the same conversation, in the same bytes each time",
        arguments: conversations.indices)
    func roundTrip(index: Int) throws {
        let conversation = Self.conversations[index]
        let encoded = try OpenAIChatUpstream.encode(conversation, model: ModelConfiguration(name: "m"))
        #expect(encoded.dropped.isEmpty)
        #expect(try OpenAIChat.conversation(try OpenAIChat.understand(encoded.body)) == conversation)
        #expect(try OpenAIChatUpstream.encode(conversation, model: ModelConfiguration(name: "m")) == encoded)
    }

    @Test("Streams ask for usage")
    func usage() throws {
        let request = try OpenAIChat.understand(
            try OpenAIChatUpstream.encode(Self.conversations[0], model: ModelConfiguration(name: "m")).body)
        #expect(request.stream && request.includeUsage && request.model == "m")
    }

    @Test("What cannot be said is reported, images of tool results move to a user's turn")
    func dropped() throws {
        var conversation = Conversation(messages: [
            Message(
                .tool,
                [
                    .toolResult(
                        ToolResult(
                            callID: "a", content: [.text("t"), .image(.url("https://x/y", type: nil), detail: nil)]))
                ]),
            Message(.user, [.image(.file(id: "f", keptBy: .openAI), detail: nil), .text("x")]),
        ])
        conversation.sampling.topK = 1
        let encoded = try OpenAIChatUpstream.encode(conversation, model: ModelConfiguration(name: "m"))
        #expect(encoded.dropped == [.topK, .fileID])
        let read = try OpenAIChat.conversation(try OpenAIChat.understand(encoded.body))
        #expect(read.messages.map(\.role) == [.tool, .user, .user])
        #expect(read.messages[1].content == [.image(.url("https://x/y", type: nil), detail: nil)])
    }

    @Test(
        "A thinking budget becomes an effort",
        arguments: [
            (0, "none"), (1_000, "minimal"), (4_000, "low"), (10_000, "medium"), (40_000, "high"), (-1, "medium"),
        ])
    func effort(budget: Int, word: String) throws {
        var conversation = Self.conversations[1]
        conversation.reasoning = ReasoningOptions(budgetTokens: budget)
        let encoded = try OpenAIChatUpstream.encode(conversation, model: ModelConfiguration(name: "m"))
        #expect(try JSONValue.parse(encoded.body)["reasoning_effort"]?.string == word)
    }
}
