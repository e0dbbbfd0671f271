import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Ollama chat")
struct OllamaChatTests {
    private static func encode(
        _ conversation: Conversation, _ model: ModelConfiguration = ModelConfiguration(name: "qwen3")
    ) throws -> (body: String, dropped: Set<ConversationField>) {
        let encoded = try OllamaChatUpstream.encode(conversation, model: model)
        return (String(decoding: encoded.body, as: UTF8.self), encoded.dropped)
    }

    @Test("Messages, images, calls and results have Ollama's members")
    func messages() throws {
        let conversation = Conversation(messages: [
            Message(.developer, [.text("Be brief.")]),
            Message(
                .user,
                [
                    .text("Look"), .image(.inline(type: "image/png", data: "AA=="), detail: nil),
                    .image(.url("https://a/b.png", type: nil), detail: nil),
                ]),
            Message(
                .assistant,
                [
                    .thinking(Thinking(text: "hm")),
                    .toolCall(ToolCall(id: "c1", name: "f", arguments: #"{"b":1,"a":2}"#)),
                ]),
            Message(.tool, [.toolResult(ToolResult(callID: "c1", content: [.text("20")]))]),
        ])
        let (body, dropped) = try Self.encode(conversation)
        #expect(
            body
                == #"{"model":"qwen3","messages":[{"role":"system","content":"Be brief."},"#
                + #"{"role":"user","content":"Look","images":["AA=="]},{"role":"assistant","content":"","thinking":"hm","#
                + #""tool_calls":[{"id":"c1","function":{"name":"f","arguments":{"b":1,"a":2}}}]},"#
                + #"{"role":"tool","content":"20","tool_name":"f","tool_call_id":"c1"}],"stream":false}"#)
        #expect(dropped == [.image])
    }

    @Test("Tools, format and options")
    func options() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.tools = [Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object"}"#))]
        conversation.toolChoice = .required
        conversation.responseFormat = .jsonSchema(
            name: "n", schema: RawJSON(#"{"z":1}"#), strict: nil, description: nil)
        conversation.sampling.maxTokens = 9
        conversation.sampling.temperature = 0.5
        conversation.sampling.topP = 0.25
        conversation.sampling.topK = 3
        conversation.sampling.seed = 1
        conversation.sampling.stop = ["END"]
        conversation.sampling.frequencyPenalty = 0.5
        conversation.sampling.presencePenalty = 0.75
        conversation.stream = true
        var model = ModelConfiguration(name: "qwen3")
        model.contextLength = 8_192
        let (body, dropped) = try Self.encode(conversation, model)
        #expect(
            body
                == #"{"model":"qwen3","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":"#
                + #"{"name":"f","description":"d","parameters":{"type":"object"}}}],"format":{"z":1},"options":{"#
                + #""num_ctx":8192,"num_predict":9,"temperature":0.5,"top_p":0.25,"top_k":3,"seed":1,"stop":["END"],"#
                + #""frequency_penalty":0.5,"presence_penalty":0.75},"stream":true}"#)
        #expect(dropped == [.toolChoice])
        conversation.toolChoice = ToolChoice.none
        conversation.responseFormat = .jsonObject
        let json = try parsed(Self.encode(conversation).body)
        #expect(json["tools"] == nil)
        #expect(json["format"]?.string == "json")
    }

    @Test(
        "Thinking is a level for gpt-oss and a switch for the others",
        arguments: [
            ("gpt-oss:20b", "high", #""high""#), ("gpt-oss:20b", "none", #""low""#),
            ("gpt-oss:20b", "medium", #""medium""#),
            ("qwen3", "low", "true"), ("qwen3", "none", "false"),
        ])
    func thinking(model: String, effort: String, expected: String) throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.reasoning = ReasoningOptions(effort: effort)
        let json = try parsed(Self.encode(conversation, ModelConfiguration(name: model)).body)
        #expect(json["think"].map { String(decoding: $0.raw, as: UTF8.self) } == expected)
    }

    @Test("Lines become events; calls without ids get their own")
    func stream() throws {
        let lines = [
            #"{"model":"q","created_at":"1","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}"#,
            #"{"model":"q","created_at":"2","message":{"role":"assistant","content":"Hi"},"done":false}"#,
            #"{"model":"q","created_at":"3","message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"a": 1}}},{"id":"c9","function":{"name":"g","arguments":"{\"b\":2}"}}]},"done":false}"#,
            #"{"model":"q","created_at":"4","message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":3}"#,
        ]
        let events = try readAll(OllamaStreamReader.self, lines)
        let id = GeneratedCallID.make(answer: GeneratedCallID.hash(lines[2].utf8), choice: 0, index: 0)
        #expect(
            events == [
                .start(id: nil, model: "q", created: nil), .thinking(choice: 0, "hm"), .text(choice: 0, "Hi"),
                .toolCall(choice: 0, index: 0, id: id, name: "f", signature: nil),
                .toolArguments(choice: 0, index: 0, #"{"a":1}"#),
                .toolCall(choice: 0, index: 1, id: "c9", name: "g", signature: nil),
                .toolArguments(choice: 0, index: 1, #"{"b":2}"#), .finish(choice: 0, .toolCalls),
                .usage(Usage(promptTokens: 7, completionTokens: 3)),
            ])
        #expect(id.utf8.count <= 40)
    }

    @Test(
        "Done reasons have their meaning",
        arguments: [
            (#","done_reason":"stop""#, FinishReason.stop), (#","done_reason":"length""#, .length),
            (#","done_reason":"load""#, .other("load")), ("", .stop),
        ])
    func finish(member: String, expected: FinishReason) throws {
        let answer = try parsed(#"{"message":{"content":"x"},"done":true\#(member)}"#)
        #expect(try OllamaChatUpstream.events(of: answer).last == .finish(choice: 0, expected))
    }

    @Test("An error line ends the stream, other lines that are no answers are counted")
    func errorsInStream() throws {
        #expect(throws: UpstreamFailure(.server, message: "model runner has unexpectedly stopped")) {
            try readAll(OllamaStreamReader.self, [#"{"error":"model runner has unexpectedly stopped"}"#])
        }
        #expect(try readAll(OllamaStreamReader.self, [Array("{".utf8), Array(#"{"done":false}"#.utf8)]).broken == 2)
        let empty = try parsed("{}")
        #expect { try OllamaChatUpstream.events(of: empty) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test(
        "Failures are classified by words before status",
        arguments: [
            (404, #""model 'x' not found""#, "notFound"), (400, #""m does not support tools""#, "badRequest"),
            (400, #"{"message":"prompt too long; exceeded max context length by 9 tokens"}"#, "contextLength"),
            (401, #"{"message":"Unauthorized","type":"api_error"}"#, "authentication"),
            (503, #""server busy, please try again. maximum pending requests exceeded""#, "overloaded"),
            (429, #""you have reached your weekly usage limit""#, "quota"), (429, #""too many requests""#, "rateLimit"),
            (500, #""model requires more system memory (9 GiB) than is available""#, "server"),
        ])
    func failure(status: Int, error: String, kind: String) {
        let failure = OllamaChatUpstream.failure(status: status, body: Array(#"{"error":\#(error)}"#.utf8))
        #expect(failure.kind == UpstreamFailure.Kind(rawValue: kind))
        #expect(failure.status == status)
    }
}
