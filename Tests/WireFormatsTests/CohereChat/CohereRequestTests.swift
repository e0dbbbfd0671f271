import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Cohere requests")
struct CohereRequestTests {
    private static func encode(
        _ messages: [Message], _ change: (inout Conversation) -> Void = { _ in }
    ) throws -> (body: String, dropped: Set<ConversationField>) {
        var conversation = Conversation(messages: messages)
        change(&conversation)
        let encoded = try CohereChatUpstream.encode(conversation, model: ModelConfiguration(name: "command-a"))
        _ = try JSONValue.parse(encoded.body)
        return (String(decoding: encoded.body, as: UTF8.self), encoded.dropped)
    }

    private static let question = Message(.user, [.text("q")])

    @Test("Turns of every role, calls with their plan, results, pictures")
    func turns() throws {
        let (body, dropped) = try Self.encode([
            Message(.developer, [.text("s")]),
            Message(.user, [.text("a"), .image(.url("https://x/y.png", type: nil), detail: "low")]),
            Message(
                .assistant,
                [.thinking(Thinking(text: "plan")), .toolCall(ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#))]),
            Message(.tool, [.toolResult(ToolResult(callID: "c", content: [.text("r"), .text("s")]))]),
            Message(.assistant, [.thinking(Thinking(text: "so")), .text("b")]), Self.question,
        ])
        #expect(
            body
                == #"{"model":"command-a","messages":[{"role":"system","content":"s"},"#
                + #"{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://x/y.png","detail":"low"}}]},"#
                + #"{"role":"assistant","tool_plan":"plan","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"#
                + #"{"role":"tool","tool_call_id":"c","content":"r\ns"},"#
                + #"{"role":"assistant","content":[{"type":"thinking","thinking":"so"},{"type":"text","text":"b"}]},"#
                + #"{"role":"user","content":"q"}],"stream":false}"#)
        #expect(dropped.isEmpty)
    }

    @Test("A tool that must be called is the only one named")
    func tools() throws {
        let (body, dropped) = try Self.encode([Self.question]) {
            $0.tools = [Tool(name: "f", description: "d", strict: true), Tool(name: "g", strict: true)]
            $0.toolChoice = .named("g")
            $0.parallelToolCalls = false
        }
        #expect(
            body.contains(
                #""tools":[{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{}}}}],"tool_choice":"REQUIRED","strict_tools":true"#
            ))
        #expect(dropped == [.parallelToolCalls])
        let none = try Self.encode([Self.question]) {
            $0.tools = [Tool(name: "f", strict: true), Tool(name: "g")]
            $0.toolChoice = ToolChoice.none
        }
        #expect(none.body.contains(#""tool_choice":"NONE""#) && !none.body.contains("strict_tools"))
        #expect(none.dropped == [.toolStrict])
    }

    @Test("Settings have Cohere's names and edges")
    func settings() throws {
        let (body, dropped) = try Self.encode([Self.question]) {
            $0.sampling.maxTokens = 5
            $0.sampling.temperature = 1.5
            $0.sampling.topP = 0.5
            $0.sampling.topK = 7
            $0.sampling.frequencyPenalty = 0.5
            $0.sampling.presencePenalty = -1
            $0.sampling.seed = 9
            $0.sampling.stop = ["a", "b", "c", "d", "e", "f"]
            $0.responseFormat = .jsonSchema(
                name: "n", schema: RawJSON(#"{"type":"object"}"#), strict: true, description: nil)
            $0.reasoning = ReasoningOptions(budgetTokens: 500)
            $0.logprobs = true
            $0.stream = true
        }
        #expect(
            body.hasSuffix(
                #""max_tokens":5,"temperature":1.0,"p":0.5,"k":7,"frequency_penalty":0.5,"presence_penalty":0.0,"seed":9,"#
                    + #""stop_sequences":["a","b","c","d","e"],"response_format":{"type":"json_object","json_schema":{"type":"object"}},"#
                    + #""thinking":{"type":"enabled","token_budget":500},"logprobs":true,"stream":true}"#))
        #expect(dropped == [.temperature, .presencePenalty, .stop])
    }

    @Test("What Cohere has no word for is reported")
    func unsayable() throws {
        let (_, dropped) = try Self.encode([
            Message(
                .user,
                [
                    .text("q"), .audio(.inline(type: "audio/wav", data: "AA==")), .video(.url("u", type: nil)),
                    .document(.inline(type: "application/pdf", data: "AA=="), name: nil),
                    .image(.file(id: "f", keptBy: .openAI), detail: nil),
                ], name: "ann"),
            Message(
                .tool,
                [.toolResult(ToolResult(callID: "c", content: [.image(.url("u", type: nil), detail: nil)]))]),
        ]) {
            $0.tools = [Tool(name: "f")]
            $0.responseFormat = .jsonObject
            $0.sampling.logitBias = RawJSON("{}")
            $0.choiceCount = 2
            $0.topLogprobs = 1
            $0.user = "u"
            $0.metadata = RawJSON("{}")
            $0.serviceTier = "flex"
        }
        #expect(
            dropped == [
                .audio, .video, .document, .fileID, .participantName, .toolResultImage, .responseFormat, .logitBias,
                .choiceCount, .topLogprobs, .user, .metadata, .serviceTier,
            ])
    }

    @Test("A text document is text, and nothing to say is the caller's fault")
    func edges() throws {
        let text = try Self.encode([Message(.user, [.document(.inline(type: "text/plain", data: "aGk="), name: nil)])])
        #expect(text.body.contains(#""content":"hi""#) && text.dropped.isEmpty)
        #expect(throws: GatewayError.self) { try Self.encode([Message(.user, [.text(" ")])]) }
        let off = try Self.encode([Self.question]) { $0.reasoning = ReasoningOptions(effort: "none") }
        #expect(off.body.contains(#""thinking":{"type":"disabled"}"#))
    }
}
