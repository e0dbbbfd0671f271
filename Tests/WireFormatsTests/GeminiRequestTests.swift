import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Gemini requests")
struct GeminiRequestTests {
    private static func encode(
        _ conversation: Conversation, _ model: String = "gemini-2.5-flash"
    ) throws -> (body: String, dropped: Set<ConversationField>) {
        let encoded = try GeminiUpstream.encode(conversation, model: ModelConfiguration(name: model))
        return (String(decoding: encoded.body, as: UTF8.self), encoded.dropped)
    }

    @Test(
        "The model is in the path",
        arguments: [
            ("gemini-2.5-flash", false, "/models/gemini-2.5-flash:generateContent"),
            ("gemini-2.5-flash", true, "/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
            ("models/g", false, "/models/g:generateContent"),
            ("tunedModels/t", false, "/tunedModels/t:generateContent"),
            ("publishers/google/models/g", true, "/publishers/google/models/g:streamGenerateContent?alt=sse"),
            ("a/b?c d", false, "/models/a%2Fb%3Fc%20d:generateContent"),
        ])
    func path(model: String, stream: Bool, path: String) {
        #expect(GeminiUpstream.path(model: model, stream: stream) == path)
    }

    @Test("System apart, roles by turns, media as they are")
    func turns() throws {
        let conversation = Conversation(messages: [
            Message(.system, [.text("Be brief.")]), Message(.user, [.text("Hi")]),
            Message(
                .user,
                [
                    .image(.inline(type: "image/png", data: "AA=="), detail: nil),
                    .audio(.inline(type: "audio/wav", data: "BB==")),
                    .image(.url("https://a/b.JPG?x=1", type: nil), detail: nil),
                    .document(.file(id: "https://g/files/1", keptBy: .google), name: nil),
                ]),
            Message(.assistant, [.text("Yes")]),
        ])
        let (body, dropped) = try Self.encode(conversation)
        #expect(
            body
                == #"{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"Hi"},"#
                + #"{"inlineData":{"mimeType":"image/png","data":"AA=="}},{"inlineData":{"mimeType":"audio/wav","data":"BB=="}},"#
                + #"{"fileData":{"mimeType":"image/jpeg","fileUri":"https://a/b.JPG?x=1"}},"#
                + #"{"fileData":{"fileUri":"https://g/files/1"}}]},{"role":"model","parts":[{"text":"Yes"}]}]}"#)
        #expect(dropped.isEmpty)
        #expect(throws: GatewayError.self) { try Self.encode(Conversation(messages: [])) }
    }

    @Test("Calls keep their signatures; results get names, order and the API's own ids only")
    func toolTurn() throws {
        let made = GeneratedCallID.make(answer: "resp", choice: 0, index: 1)
        let conversation = Conversation(messages: [
            Message(.user, [.text("x")]),
            Message(
                .assistant,
                [
                    .thinking(Thinking(text: "hm", signature: "T+/==")), .text("ok"),
                    .toolCall(ToolCall(id: "n8", name: "f", arguments: #"{"b": 1, "a": 2}"#, signature: "Sig+/==")),
                    .toolCall(ToolCall(id: made, name: "g", arguments: "")),
                ]),
            Message(.tool, [.toolResult(ToolResult(callID: made, content: [.text("down")], isError: true))]),
            Message(.tool, [.toolResult(ToolResult(callID: "n8", content: [.text(#"{"t": 1.0}"#)]))]),
            Message(.user, [.text("and?")]),
        ])
        let (body, dropped) = try Self.encode(conversation)
        let contents = try #require(parsed(body)["contents"])
        #expect(
            String(decoding: try #require(contents[1]).raw, as: UTF8.self)
                == #"{"role":"model","parts":[{"text":"hm","thought":true},{"text":"ok","thoughtSignature":"T+/=="},"#
                + #"{"functionCall":{"id":"n8","name":"f","args":{"b": 1, "a": 2}},"thoughtSignature":"Sig+/=="},"#
                + #"{"functionCall":{"name":"g","args":{}}}]}"#)
        #expect(
            String(decoding: try #require(contents[2]).raw, as: UTF8.self)
                == #"{"role":"user","parts":[{"functionResponse":{"id":"n8","name":"f","response":{"t": 1.0}}},"#
                + #"{"functionResponse":{"name":"g","response":{"error":"down"}}},{"text":"and?"}]}"#)
        #expect(dropped.isEmpty)
    }

    @Test("A call of another model's gets the documented stand-in where a signature is demanded")
    func stubSignature() throws {
        let conversation = Conversation(messages: [
            Message(.user, [.text("x")]),
            Message(
                .assistant,
                [
                    .toolCall(ToolCall(id: "1", name: "f", arguments: "{}")),
                    .toolCall(ToolCall(id: "2", name: "f", arguments: "{}")),
                ]),
            Message(.tool, [.toolResult(ToolResult(callID: "1", content: [.text("[1]")]))]),
        ])
        let parts = try #require(parsed(Self.encode(conversation, "gemini-3-pro").body)["contents"]?[1]?["parts"])
        #expect(parts[0]?["thoughtSignature"]?.string == GeminiModel.stubSignature)
        #expect(parts[1]?["thoughtSignature"] == nil)
        #expect(try !Self.encode(conversation).body.contains("thoughtSignature"))
    }

    @Test("A signature without a text after it goes on an empty one, unsigned thoughts are reported")
    func loneSignature() throws {
        let conversation = Conversation(messages: [
            Message(.assistant, [.text("a"), .thinking(Thinking(text: "", signature: "S"))]),
            Message(.assistant, [.thinking(Thinking(text: "unsigned"))]),
        ])
        let (body, dropped) = try Self.encode(conversation)
        #expect(body == #"{"contents":[{"role":"model","parts":[{"text":"a"},{"text":"","thoughtSignature":"S"}]}]}"#)
        #expect(dropped == [.thinking])
    }

    @Test(
        "Tool choices have their modes",
        arguments: [
            (ToolChoice.auto, #"{"mode":"AUTO"}"#), (.none, #"{"mode":"NONE"}"#), (.required, #"{"mode":"ANY"}"#),
            (.named("f"), #"{"mode":"ANY","allowedFunctionNames":["f"]}"#),
        ])
    func tools(choice: ToolChoice, config: String) throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.tools = [
            Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object"}"#)), Tool(name: "g"),
        ]
        conversation.toolChoice = choice
        conversation.parallelToolCalls = false
        let (body, dropped) = try Self.encode(conversation)
        #expect(
            body
                == #"{"contents":[{"role":"user","parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":["#
                + #"{"name":"f","description":"d","parametersJsonSchema":{"type":"object"}},{"name":"g"}]}],"#
                + #""toolConfig":{"functionCallingConfig":\#(config)}}"#)
        #expect(dropped == [.parallelToolCalls])
    }

    @Test("Sampling and format stand in generationConfig")
    func generationConfig() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.sampling.maxTokens = 9
        conversation.sampling.temperature = 1.5
        conversation.sampling.topP = 0.5
        conversation.sampling.topK = 3
        conversation.sampling.stop = ["END"]
        conversation.sampling.seed = 1
        conversation.sampling.presencePenalty = 0.25
        conversation.sampling.frequencyPenalty = 0.5
        conversation.sampling.logitBias = RawJSON("{}")
        conversation.choiceCount = 2
        conversation.logprobs = true
        conversation.topLogprobs = 4
        conversation.user = "u"
        conversation.responseFormat = .jsonSchema(
            name: "n", schema: RawJSON(#"{"z":1,"a":2}"#), strict: nil, description: nil)
        let (body, dropped) = try Self.encode(conversation)
        #expect(
            body
                == #"{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":9,"#
                + #""temperature":1.5,"topP":0.5,"topK":3,"stopSequences":["END"],"seed":1,"presencePenalty":0.25,"#
                + #""frequencyPenalty":0.5,"candidateCount":2,"responseLogprobs":true,"logprobs":4,"#
                + #""responseMimeType":"application/json","responseJsonSchema":{"z":1,"a":2}}}"#)
        #expect(dropped == [.logitBias, .user])
    }

    @Test(
        "Thinking is told as each model wants it",
        arguments: [
            ("gemini-2.5-flash", ReasoningOptions(effort: "none"), #"{"thinkingBudget":0}"#),
            ("gemini-2.5-pro", ReasoningOptions(effort: "none"), #"{"thinkingBudget":128}"#),
            ("gemini-2.5-pro", ReasoningOptions(effort: "high"), #"{"thinkingBudget":24576,"includeThoughts":true}"#),
            ("gemini-2.5-pro", ReasoningOptions(budgetTokens: 77), #"{"thinkingBudget":77,"includeThoughts":true}"#),
            ("gemini-3-pro", ReasoningOptions(effort: "medium"), #"{"thinkingLevel":"high","includeThoughts":true}"#),
            (
                "gemini-3-flash", ReasoningOptions(effort: "minimal"),
                #"{"thinkingLevel":"minimal","includeThoughts":true}"#
            ),
            ("gemini-2.0-flash", ReasoningOptions(effort: "high"), "null"),
        ])
    func thinking(model: String, reasoning: ReasoningOptions, config: String) throws {
        var conversation = Conversation(messages: [Message(.user, [.text("x")])])
        conversation.reasoning = reasoning
        let (body, dropped) = try Self.encode(conversation, model)
        let written = try parsed(body)["generationConfig"]?["thinkingConfig"]
        #expect(written.map { String(decoding: $0.raw, as: UTF8.self) } ?? "null" == config)
        #expect(dropped == (config == "null" ? [.reasoning] : []))
    }
}
