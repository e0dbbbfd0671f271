import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Requests of Gemini's clients")
struct GeminiUnderstandTests {
    @Test(
        "The path names model and operation; the name may hold slashes and colons",
        arguments: [
            ("/models/a:generateContent", "a", false), ("/models/up/m:streamGenerateContent", "up/m", true),
            ("/models/ollama/llama3:8b:generateContent", "ollama/llama3:8b", false),
        ])
    func paths(path: String, model: String, stream: Bool) throws {
        let body = Array(#"{"contents":[{"parts":[{"text":"hi"}]}]}"#.utf8)
        let request = try Gemini.understand(ReceivedRequest(body: body, path: path))
        #expect(request.model == model && request.stream == stream)
        #expect(request.received.body == body)
    }

    @Test("Other paths are none", arguments: ["/models/:generateContent", "/models/a", "/models/a:nothing", "/a:x"])
    func noPaths(path: String) {
        let body = Array(#"{"contents":[{"parts":[{"text":"hi"}]}]}"#.utf8)
        #expect(throws: GatewayError.unknownPath(path)) {
            try Gemini.understand(ReceivedRequest(body: body, path: path))
        }
        #expect(Gemini.operation(at: path) == nil)
    }

    @Test("Needs are read in either spelling of the fields")
    func needs() throws {
        let camel = """
            {"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}],
            "tools":[{"functionDeclarations":[{"name":"f"}]}],
            "generationConfig":{"maxOutputTokens":"55","candidateCount":2,"responseSchema":{"type":"OBJECT"}}}
            """
        let snake = """
            {"contents":{"parts":{"inline_data":{"mime_type":"image/png","data":"AA=="}}},
            "tools":{"function_declarations":{"name":"f"}},
            "generation_config":{"max_output_tokens":55,"candidate_count":2,"response_schema":{"type":"OBJECT"}}}
            """
        for body in [camel, snake] {
            let needs = try Gemini.asked(body).needs
            #expect(needs.vision && needs.tools && needs.jsonSchema && !needs.audio)
            #expect(needs.maxTokens == 55 && needs.choiceCount == 2 && needs.promptTokens > 800)
        }
    }

    @Test(
        "What has a wrong shape is refused, naming the field",
        arguments: [
            (#"{}"#, "contents"), (#"{"contents":[]}"#, "contents"), (#"{"contents":["hi"]}"#, "contents[0]"),
            (#"{"contents":[{"role":"robot"}]}"#, "contents[0].role"),
            (#"{"contents":[{"parts":["hi"]}]}"#, "contents[0].parts[0]"),
            (#"{"contents":[{"parts":[{"text":5}]}]}"#, "contents[0].parts[0].text"),
            (#"{"contents":[{"parts":[{"inlineData":{}}]}]}"#, "contents[0].parts[0].inlineData.data"),
            (#"{"contents":[{"parts":[{"fileData":{"fileUri":1}}]}]}"#, "contents[0].parts[0].fileData.fileUri"),
            (#"{"contents":[{"parts":[{"functionCall":{}}]}]}"#, "contents[0].parts[0].functionCall.name"),
            (
                #"{"contents":[{"parts":[{"functionResponse":{"name":"f","response":"x"}}]}]}"#,
                "contents[0].parts[0].functionResponse.response"
            ),
            (#"{"contents":[{}],"tools":[5]}"#, "tools[0]"),
            (#"{"contents":[{}],"tools":[{"functionDeclarations":[{}]}]}"#, "tools[0].functionDeclarations[0].name"),
            (#"{"contents":[{}],"toolConfig":[]}"#, "toolConfig"),
            (#"{"contents":[{}],"generationConfig":5}"#, "generationConfig"),
            (#"{"contents":[{}],"generationConfig":{"temperature":3}}"#, "generationConfig.temperature"),
            (#"{"contents":[{}],"generationConfig":{"topP":"x"}}"#, "generationConfig.topP"),
            (#"{"contents":[{}],"generationConfig":{"maxOutputTokens":0}}"#, "generationConfig.maxOutputTokens"),
            (#"{"contents":[{}],"generationConfig":{"stopSequences":[1]}}"#, "generationConfig.stopSequences"),
            (#"{"contents":[{}],"generationConfig":{"thinkingConfig":1}}"#, "generationConfig.thinkingConfig"),
        ])
    func wrong(body: String, field: String) {
        do throws(GatewayError) {
            _ = try Gemini.asked(body)
            Issue.record("taken: \(body)")
        } catch {
            #expect(error.status == 400 && error.parameter == field)
        }
    }

    @Test("Odd values anywhere are read, refused or passed over, and what is sent is JSON")
    func oddValues() throws {
        let body = """
            {"contents":[{"role":"user","parts":[{"text":"q","thought":false,"thoughtSignature":"c2ln"},{"inlineData":
            {"mimeType":"image/png","data":"AA=="}},{"fileData":{"mimeType":"a","fileUri":"https://a"}}]},{"role":"model",
            "parts":[{"text":"t","thought":true},{"functionCall":{"id":"c","name":"f","args":{"a":1}}}]},{"role":"user",
            "parts":[{"functionResponse":{"id":"c","name":"f","response":{"output":1}}}]}],"systemInstruction":{"parts":
            [{"text":"s"}]},"tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT",
            "nullable":true,"properties":{"a":{"type":"STRING","enum":["x"],"minLength":"3"}},"propertyOrdering":["a"],
            "required":["a"]}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
            "generationConfig":{"temperature":0.5,"topP":0.5,"topK":5,"seed":7,"maxOutputTokens":9,"candidateCount":1,
            "stopSequences":["x"],"responseMimeType":"application/json","responseSchema":{"type":"OBJECT"},"logprobs":2,
            "responseLogprobs":true,"thinkingConfig":{"thinkingBudget":2000,"includeThoughts":true,"thinkingLevel":"LOW"}},
            "labels":{"a":"b"},"model":"x"}
            """
        for text in OddValues(text: body.filter { $0 != "\n" }) {
            do throws(GatewayError) {
                let asked = try Gemini.asked(text)
                #expect(asked.needs.promptTokens >= 0 && (1...128).contains(asked.needs.choiceCount))
                for wire in RecordedAnswers.wires {
                    let sent = try Gemini.call(asked, to: target(wire)).body
                    #expect(throws: Never.self, "\(wire) \(text)") { _ = try JSONValue.parse(sent) }
                }
            } catch {
                #expect((400...413).contains(error.status))
            }
        }
    }
}
