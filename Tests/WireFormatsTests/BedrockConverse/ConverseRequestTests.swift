import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Converse requests")
struct ConverseRequestTests {
    private static func encode(
        _ messages: [Message], model: String = "anthropic.claude-x", capabilities: Set<String>? = nil,
        _ change: (inout Conversation) -> Void = { _ in }
    ) throws -> (body: String, dropped: Set<ConversationField>) {
        var conversation = Conversation(messages: messages)
        change(&conversation)
        var model = ModelConfiguration(name: model)
        model.capabilities = capabilities
        let encoded = try BedrockConverseUpstream.encode(conversation, model: model)
        _ = try JSONValue.parse(encoded.body)
        return (String(decoding: encoded.body, as: UTF8.self), encoded.dropped)
    }

    private static let question = Message(.user, [.text("q")])

    @Test("The system's words stand apart, turns alternate, settings have their own place")
    func plain() throws {
        let (body, dropped) = try Self.encode([
            Message(.system, [.text("s")]), Message(.user, [.text("a")]), Message(.user, [.text("b")]),
            Message(.developer, [.text("d")]), Message(.assistant, [.text("c ")]),
        ]) {
            $0.sampling.maxTokens = 5
            $0.sampling.temperature = 0.5
            $0.sampling.stop = ["x"]
            $0.stream = true
        }
        #expect(
            body
                == #"{"messages":[{"role":"user","content":[{"text":"a"},{"text":"b"}]},{"role":"assistant","content":[{"text":"c"}]}],"#
                + #""system":[{"text":"s"},{"text":"d"}],"inferenceConfig":{"maxTokens":5,"temperature":0.5,"stopSequences":["x"]}}"#
        )
        #expect(dropped.isEmpty)
    }

    @Test("Tools, their calls and results, with images, go as they are; results come first in their turn")
    func tools() throws {
        let result = ToolResult(
            callID: "c.1", content: [.text("r"), .image(.inline(type: "image/jpg", data: "AA=="), detail: nil)],
            isError: true)
        let (body, dropped) = try Self.encode([
            Self.question,
            Message(.assistant, [.toolCall(ToolCall(id: "c.1", name: "f", arguments: #"{"b":1,"a":2}"#))]),
            Message(.user, [.text("and?")]), Message(.tool, [.toolResult(result)]),
        ]) {
            $0.tools = [Tool(name: "f", description: "d", parameters: RawJSON(#"{"properties":{}}"#), strict: true)]
            $0.toolChoice = .named("f")
        }
        #expect(body.contains(#"{"toolUse":{"toolUseId":"hex_632e31","name":"f","input":{"b":1,"a":2}}}"#))
        #expect(
            body.contains(
                #"{"role":"user","content":[{"toolResult":{"toolUseId":"hex_632e31","content":[{"text":"r"},{"image":{"format":"jpeg","source":{"bytes":"AA=="}}}],"status":"error"}},{"text":"and?"}]}"#
            ))
        #expect(
            body.contains(
                #""toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object","properties":{}}},"strict":true}}],"toolChoice":{"tool":{"name":"f"}}}"#
            ))
        #expect(dropped.isEmpty)
    }

    @Test("No tool may be called: without a history of calls there are none, with one the wish is reported")
    func noTools() throws {
        let fresh = try Self.encode([Self.question]) {
            $0.tools = [Tool(name: "f")]
            $0.toolChoice = ToolChoice.none
        }
        #expect(!fresh.body.contains("toolConfig") && fresh.dropped.isEmpty)
        let history = [
            Self.question, Message(.assistant, [.toolCall(ToolCall(id: "c", name: "f", arguments: ""))]),
            Message(.tool, [.toolResult(ToolResult(callID: "c", content: [.text("r")]))]),
        ]
        let called = try Self.encode(history) {
            $0.tools = [Tool(name: "f")]
            $0.toolChoice = ToolChoice.none
        }
        #expect(called.body.contains("toolConfig") && called.dropped == [.toolChoice])
        let unnamed = try Self.encode(history)
        #expect(unnamed.body.contains(#""name":"f","inputSchema""#) && unnamed.dropped.isEmpty)
    }

    @Test("A form of answer is the model's own where it can, else a tool that it must call")
    func form() throws {
        let format = ResponseFormat.jsonSchema(
            name: "n", schema: RawJSON(#"{"type":"object"}"#), strict: true, description: "d")
        let native = try Self.encode([Self.question], capabilities: ["json_schema"]) { $0.responseFormat = format }
        #expect(
            native.body.contains(
                #""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"n","schema":"{\"type\":\"object\"}","description":"d"}}}}"#
            ))
        let tool = try Self.encode([Self.question]) { $0.responseFormat = format }
        #expect(tool.body.contains(#""toolChoice":{"tool":{"name":"switchyard_json_answer"}}"#))
        let beside = try Self.encode([Self.question]) {
            $0.responseFormat = .jsonObject
            $0.tools = [Tool(name: "f")]
        }
        #expect(beside.body.contains(#""toolChoice":{"any":{}}"#))
        #expect(throws: GatewayError.self) {
            try Self.encode([Self.question]) {
                $0.responseFormat = format
                $0.tools = [Tool(name: "switchyard_json_answer")]
            }
        }
    }

    @Test(
        "How much to think is said in the maker's words",
        arguments: [
            ("us.anthropic.claude-x", #"{"thinking":{"type":"enabled","budget_tokens":2048}}"#),
            ("amazon.nova-2-lite-v1:0", #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}"#),
            ("openai.gpt-oss-20b-1:0", #"{"reasoning_effort":"low"}"#),
        ])
    func thinking(model: String, extras: String) throws {
        let (body, dropped) = try Self.encode([Self.question], model: model) {
            $0.reasoning = ReasoningOptions(effort: "low")
        }
        #expect(body.contains(#""additionalModelRequestFields":\#(extras)"#))
        #expect(dropped.isEmpty)
    }

    @Test("What a family has no word for is reported")
    func unsayable() throws {
        let (body, dropped) = try Self.encode([Self.question], model: "meta.llama3") {
            $0.reasoning = ReasoningOptions(effort: "high")
            $0.sampling.topK = 5
            $0.sampling.seed = 1
            $0.sampling.temperature = 1.5
            $0.sampling.frequencyPenalty = 0.1
            $0.sampling.presencePenalty = 0.1
            $0.sampling.logitBias = RawJSON("{}")
            $0.choiceCount = 2
            $0.logprobs = true
            $0.topLogprobs = 1
            $0.user = "u"
            $0.metadata = RawJSON(#"{"a":1}"#)
            $0.serviceTier = "scale"
        }
        #expect(!body.contains("additionalModelRequestFields"))
        #expect(
            dropped == [
                .reasoning, .topK, .seed, .temperature, .frequencyPenalty, .presencePenalty, .logitBias, .choiceCount,
                .logprobs, .topLogprobs, .user, .metadata, .serviceTier,
            ])
    }

    @Test("Labels and a tier that Bedrock knows are told")
    func labels() throws {
        let (body, dropped) = try Self.encode([Self.question]) {
            $0.metadata = RawJSON(#"{"team":"a b"}"#)
            $0.serviceTier = "flex"
        }
        #expect(body.hasSuffix(#""serviceTier":{"type":"flex"},"requestMetadata":{"team":"a b"}}"#))
        #expect(dropped.isEmpty)
    }

    @Test("Marks for the cache become cache points, where the model has them")
    func cache() throws {
        var marked = Message(.user, [.text("a"), .text("b")])
        marked.cacheMarks = [0: CacheMark(lifetime: "1h")]
        var system = Message(.system, [.text("s")])
        system.cacheMarks = [0: CacheMark()]
        func ask(_ model: String) throws -> (body: String, dropped: Set<ConversationField>) {
            try Self.encode([system, marked], model: model) {
                var tool = Tool(name: "f")
                tool.cacheMark = CacheMark()
                $0.tools = [tool]
                $0.cacheMark = CacheMark()
            }
        }
        let point = #"{"cachePoint":{"type":"default"}}"#
        let (body, dropped) = try ask("us.anthropic.claude-x")
        #expect(body.contains(#"[{"text":"a"},{"cachePoint":{"type":"default","ttl":"1h"}},{"text":"b"},\#(point)]"#))
        #expect(body.contains(#""system":[{"text":"s"},\#(point)]"#))
        #expect(body.contains(#"\#(point)]}"#) && dropped.isEmpty)
        let other = try ask("meta.llama3")
        #expect(!other.body.contains("cachePoint") && other.dropped == [.cacheControl])
    }

    @Test("Thinking goes back as it came, signed or redacted; unsigned it cannot")
    func thoughts() throws {
        let (body, dropped) = try Self.encode([
            Self.question,
            Message(
                .assistant,
                [
                    .thinking(Thinking(text: "t", signature: "s")), .thinking(Thinking(text: "", redacted: "UkVE")),
                    .thinking(Thinking(text: "lost")), .text("a"),
                ]), Self.question,
        ])
        #expect(
            body.contains(
                #"[{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},{"reasoningContent":{"redactedContent":"UkVE"}},{"text":"a"}]"#
            ))
        #expect(dropped == [.thinking])
    }

    @Test("Pictures, films, recordings and documents go as bytes or from S3; other places are reported")
    func media() throws {
        let (body, dropped) = try Self.encode([
            Message(
                .user,
                [
                    .document(.inline(type: "application/pdf", data: "JVBE"), name: "my_report (1).pdf"),
                    .document(.inline(type: "text/csv", data: "YQ=="), name: nil),
                    .video(.url("s3://b/film.mp4", type: nil)), .audio(.inline(type: "audio/mpeg", data: "AA==")),
                    .image(.url("https://x/y.png", type: nil), detail: nil),
                    .image(.file(id: "f", keptBy: .openAI), detail: "low"),
                    .document(.inline(type: "application/zip", data: "AA=="), name: nil),
                ])
        ])
        #expect(body.contains(#"{"document":{"format":"pdf","name":"my report (1) pdf","source":{"bytes":"JVBE"}}}"#))
        #expect(body.contains(#"{"document":{"format":"csv","name":"document 2","source":{"bytes":"YQ=="}}}"#))
        #expect(body.contains(#"{"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/film.mp4"}}}}"#))
        #expect(body.contains(#"{"audio":{"format":"mp3","source":{"bytes":"AA=="}}}"#))
        #expect(body.contains(#"{"text":"(See the document.)"}"#))
        #expect(dropped == [.image, .fileID, .imageDetail, .document])
    }

    @Test("Nothing to say is the caller's fault, and the same conversation gives the same bytes")
    func edges() throws {
        #expect(throws: GatewayError.self) { try Self.encode([Message(.user, [.text(" ")])]) }
        let first = try Self.encode([Self.question]) { $0.tools = [Tool(name: "f")] }
        #expect(first.body == (try Self.encode([Self.question]) { $0.tools = [Tool(name: "f")] }).body)
        #expect(try Self.encode([Message(.system, [.text("s")])]).body.hasPrefix(#"{"messages":[{"role":"user""#))
        #expect(
            try Self.encode([Message(.assistant, [.text("a")])]).body.contains("(The assistant speaks first.)"))
    }
}
