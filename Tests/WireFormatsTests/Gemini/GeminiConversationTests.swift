import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Gemini's requests in the common form")
struct GeminiConversationTests {
    @Test("System, turns and settings, in either spelling")
    func basics() throws {
        let conversation = try Gemini.conversation(
            of: """
                {"system_instruction":{"parts":{"text":"Be brief."}},"contents":[{"parts":[{"text":"q"}]},
                {"role":"model","parts":[{"text":"a"}]}],"generation_config":{"temperature":0.5,"topP":0.25,"top_k":5,
                "max_output_tokens":9,"stopSequences":["x","y"],"seed":7,"presence_penalty":1,"frequencyPenalty":-1,
                "candidateCount":2,"responseLogprobs":true,"logprobs":3,"responseMimeType":"application/json",
                "thinkingConfig":{"thinkingBudget":0}},"labels":{"team":"x"}}
                """)
        #expect(
            conversation.messages == [
                Message(.system, [.text("Be brief.")]), Message(.user, [.text("q")]), Message(.assistant, [.text("a")]),
            ])
        let sampling = conversation.sampling
        #expect(sampling.temperature == 0.5 && sampling.topP == 0.25 && sampling.topK == 5 && sampling.maxTokens == 9)
        #expect(sampling.stop == ["x", "y"] && sampling.seed == 7)
        #expect(sampling.presencePenalty == 1 && sampling.frequencyPenalty == -1)
        #expect(conversation.choiceCount == 2 && conversation.logprobs == true && conversation.topLogprobs == 3)
        #expect(conversation.responseFormat == .jsonObject)
        #expect(conversation.reasoning == ReasoningOptions(budgetTokens: 0))
        #expect(conversation.metadata?.text == #"{"team":"x"}"#)
        #expect(conversation.unknownFields.isEmpty)
    }

    @Test(
        "Who is shown thoughts is shown them by every provider",
        arguments: [
            (#"{"thinkingLevel":"HIGH","includeThoughts":true}"#, ReasoningOptions(effort: "high", summary: "auto")),
            (#"{"thinking_budget":9,"include_thoughts":true}"#, ReasoningOptions(budgetTokens: 9, summary: "auto")),
            (#"{"thinkingLevel":"LOW"}"#, ReasoningOptions(effort: "low")),
            (#"{"thinkingBudget":0,"includeThoughts":true}"#, ReasoningOptions(budgetTokens: 0)),
        ])
    func thoughts(config: String, expected: ReasoningOptions) throws {
        let body = #"{"contents":[{"parts":[{"text":"q"}]}],"generationConfig":{"thinkingConfig":\#(config)}}"#
        #expect(try Gemini.conversation(of: body).reasoning == expected)
    }

    @Test("Calls without ids are matched to their results by name and order; the ids are the same every time")
    func ids() throws {
        let body = """
            {"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1.50}}},
            {"functionCall":{"name":"g"}},{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[
            {"functionResponse":{"name":"g","response":{"output":"of g"}}},
            {"functionResponse":{"name":"f","response":{"error":"first f"}}},
            {"functionResponse":{"name":"f","response":{"second":"f"}}},{"text":"go on"}]}]}
            """
        let conversation = try Gemini.conversation(of: body)
        let calls = conversation.messages[0].content.compactMap {
            if case .toolCall(let call) = $0 { call } else { nil }
        }
        #expect(calls.map(\.name) == ["f", "g", "f"] && calls[0].arguments == #"{"n":1.50}"#)
        #expect(Set(calls.map(\.id)).count == 3)
        let results = conversation.messages[1].content.compactMap {
            if case .toolResult(let result) = $0 { result } else { nil }
        }
        #expect(results.map(\.callID) == [calls[1].id, calls[0].id, calls[2].id])
        #expect(results.map(\.isError) == [false, true, false])
        #expect(results.map(\.content) == [[.text("of g")], [.text("first f")], [.text(#"{"second":"f"}"#)]])
        #expect(conversation.messages[1].role == .tool && conversation.messages[2] == Message(.user, [.text("go on")]))
        #expect(try Gemini.conversation(of: body) == conversation)
    }

    @Test("The model's turns in a row are one, as a stream's chunks come back")
    func chunks() throws {
        let signature = GeminiThoughtSignature.thinking("SIG").text
        let conversation = try Gemini.conversation(
            of: """
                {"contents":[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[{"text":"h","thought":true}]},
                {"role":"model","parts":[{"text":"m","thought":true}]},
                {"role":"model","parts":[{"text":"","thought":true,"thoughtSignature":"\(signature)"}]},
                {"role":"model","parts":[{"text":"a"}]},{"role":"user","parts":[{"text":"q"}]}]}
                """)
        #expect(
            conversation.messages == [
                Message(.user, [.text("q")]),
                Message(.assistant, [.thinking(Thinking(text: "hm", signature: "SIG")), .text("a")]),
                Message(.user, [.text("q")]),
            ])
    }

    @Test(
        "Signatures of other providers come back byte for byte, whichever base64 the client writes",
        arguments: ["", "a", "c2ln", "Ev+/=", "not base64 at all?", "gAAAAA_-==", "\u{1F44B}"])
    func signatures(text: String) {
        for signature in [
            GeminiThoughtSignature.thinking(text), .redacted(text), .call(text),
            .hiddenThinking(text: "what it\u{0}thought", signature: text),
        ] {
            let written = signature.text
            #expect(GeminiThoughtSignature(written) == signature)
            let ofURLs = String(
                written.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
            #expect(GeminiThoughtSignature(ofURLs) == signature)
            #expect(GeminiThoughtSignature(String(ofURLs.prefix { $0 != "=" })) == signature)
        }
        #expect(GeminiThoughtSignature("CgYIARAC/+==") == .own("CgYIARAC/+=="))
        #expect(GeminiThoughtSignature("CgYIARAC_-==") == .own("CgYIARAC/+=="))
    }

    @Test("Images, sound, films, documents and files, in the alphabet that others read")
    func media() throws {
        let conversation = try Gemini.conversation(
            of: """
                {"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"-_8"}},
                {"inline_data":{"mime_type":"audio/mp3","data":"AA=="}},{"inlineData":{"mimeType":"application/pdf",
                "data":"JVBE","displayName":"a.pdf"}},{"fileData":{"fileUri":"https://e.com/a.jpg"}},
                {"fileData":{"fileUri":"https://youtu.be/x"}},
                {"fileData":{"mimeType":"image/png","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/1"}},
                {"fileData":{"mimeType":"application/pdf","fileUri":"gs://bucket/a.pdf"}}]}]}
                """)
        #expect(
            conversation.messages[0].content == [
                .image(.inline(type: "image/png", data: "+/8="), detail: nil),
                .audio(.inline(type: "audio/mp3", data: "AA==")),
                .document(.inline(type: "application/pdf", data: "JVBE"), name: "a.pdf"),
                .image(.url("https://e.com/a.jpg", type: "image/jpeg"), detail: nil),
                .video(.url("https://youtu.be/x", type: "video/*")),
                .image(
                    .file(id: "https://generativelanguage.googleapis.com/v1beta/files/1", keptBy: .google), detail: nil),
                .document(.file(id: "gs://bucket/a.pdf", keptBy: .google), name: nil),
            ])
    }

    @Test(
        "Gemini's schemas become JSON Schema",
        arguments: [
            (#"{"type":"STRING"}"#, #"{"type":"string"}"#),
            (#"{"type":"INTEGER","nullable":true}"#, #"{"type":["integer","null"]}"#),
            (
                #"{"type":"STRING","format":"enum","enum":["a"],"nullable":true}"#,
                #"{"type":["string","null"],"enum":["a",null]}"#
            ),
            (
                """
                {"type":"OBJECT","properties":{"b":{"type":"NUMBER"},"a":{"type":"ARRAY","items":{"type":"BOOLEAN"},
                "minItems":"2"}},"propertyOrdering":["a","b","zz","a"],"required":["a"]}
                """,
                """
                {"type":"object","properties":{"a":{"type":"array","items":{"type":"boolean"},"minItems":2},\
                "b":{"type":"number"}},"required":["a"]}
                """
            ),
            (
                #"{"any_of":[{"type":"STRING"},{"type":"NULL"}],"example":{"type":"STRING"}}"#,
                #"{"anyOf":[{"type":"string"},{"type":"null"}],"examples":[{"type":"STRING"}]}"#
            ),
            (
                """
                {"type":"OBJECT","properties":{"type":{"type":"STRING"},"min_items":{"type":"STRING","description":"OBJECT"}},
                "additional_properties":{"type":"STRING"}}
                """,
                """
                {"type":"object","properties":{"type":{"type":"string"},\
                "min_items":{"type":"string","description":"OBJECT"}},"additionalProperties":{"type":"string"}}
                """
            ),
            (
                ##"{"defs":{"a":{"type":"STRING"}},"ref":"#/defs/a","type":"TYPE_UNSPECIFIED"}"##,
                ##"{"$defs":{"a":{"type":"string"}},"$ref":"#/defs/a"}"##
            ),
        ])
    func schemas(schema: String, expected: String) throws {
        #expect(GeminiSchema.jsonSchema(try parsed(schema)).text == expected)
    }

    @Test(
        "Modes of calling",
        arguments: [
            (#"{"mode":"AUTO"}"#, ToolChoice.auto, 2), (#"{"mode":"NONE"}"#, .none, 2),
            (#"{"mode":"ANY"}"#, .required, 2),
            (#"{"mode":"any","allowed_function_names":["g"]}"#, .named("g"), 2),
            (#"{"mode":"ANY","allowedFunctionNames":["f","x"]}"#, .required, 1),
            (#"{"mode":"VALIDATED","allowedFunctionNames":["f"]}"#, .auto, 1),
        ])
    func modes(calling: String, choice: ToolChoice, tools: Int) throws {
        let conversation = try Gemini.conversation(
            of: """
                {"contents":[{"parts":[{"text":"q"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]},
                {"function_declarations":[{"name":"g","parametersJsonSchema":{"type":"object"}}]}],
                "toolConfig":{"functionCallingConfig":\(calling)}}
                """)
        #expect(conversation.toolChoice == choice && conversation.tools.count == tools)
    }

    @Test("What no other format knows is named in the caller's words")
    func unknown() throws {
        let conversation = try Gemini.conversation(
            of: """
                {"contents":[{"parts":[{"text":"q","video_metadata":{}}]}],"safety_settings":[{}],"tools":[{"googleSearch":{}},
                {"code_execution":{}}],"generationConfig":{"speechConfig":{},"responseModalities":["TEXT","AUDIO"],
                "thinkingConfig":{"new_field":1}},"toolConfig":{"retrievalConfig":{}},"another":1}
                """)
        #expect(
            Set(conversation.unknownFields) == [
                "contents.parts.videoMetadata", "safetySettings", "tools.googleSearch", "tools.codeExecution",
                "generationConfig.speechConfig", "generationConfig.responseModalities",
                "generationConfig.thinkingConfig.newField", "toolConfig.retrievalConfig", "another",
            ])
    }

    @Test("Cached contents are refused where nobody has them")
    func cached() throws {
        let request = try Gemini.asked(#"{"contents":[{"parts":[{"text":"q"}]}],"cached_content":"cachedContents/1"}"#)
        #expect(throws: GatewayError.self) { try Gemini.call(request, to: target(.openAIChat)) }
        #expect(try Gemini.call(request, to: target(.gemini)).body == request.received.body)
    }
}
