import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Requests of Ollama's clients")
struct OllamaFrontTests {
    @Test("A chat is streamed unless it is told otherwise")
    func streams() throws {
        let body = #"{"model":"up/m","messages":[{"role":"user","content":"q"}]}"#
        #expect(try OllamaChat.understand(Array(body.utf8)).stream)
        let whole = body.dropLast() + #","stream":false}"#
        let request = try OllamaChat.understand(Array(whole.utf8))
        #expect(!request.stream && request.model == "up/m")
        #expect(OllamaChat.contentType(of: request) == "application/json; charset=utf-8")
        #expect(OllamaChat.keepAlive == nil)
    }

    @Test("Turns, images, calls and settings in the common form")
    func conversation() throws {
        let body = """
            {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q","images":["/9j/AA=="]},
            {"role":"assistant","content":"","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"a":1.50}}},
            {"function":{"name":"g","arguments":{}}}]},{"role":"tool","tool_name":"g","content":"of g"},
            {"role":"tool","content":"of f"}],"tools":[{"type":"function","function":{"name":"f","description":"d",
            "parameters":{"type":"object"}}}],"format":{"type":"object"},"think":"high","options":{"temperature":0.5,
            "num_predict":-1,"stop":"x","seed":7,"top_k":3,"num_ctx":9},"keep_alive":"5m","shift":false,"logprobs":true}
            """
        let conversation = try OllamaChat.conversation(try OllamaChat.understand(Array(body.utf8)))
        #expect(conversation.messages[0] == Message(.system, [.text("s")]))
        #expect(
            conversation.messages[1].content == [
                .text("q"), .image(.inline(type: "image/jpeg", data: "/9j/AA=="), detail: nil),
            ])
        #expect(conversation.messages[2].content[0] == .thinking(Thinking(text: "hm")))
        let calls = conversation.messages[2].content.compactMap {
            if case .toolCall(let call) = $0 { call } else { nil }
        }
        #expect(calls.map(\.arguments) == [#"{"a":1.50}"#, "{}"])
        let results = conversation.messages[3...].flatMap(\.content).compactMap {
            if case .toolResult(let result) = $0 { result } else { nil }
        }
        #expect(results.map(\.callID) == [calls[1].id, calls[0].id] && results.map(\.name) == ["g", "f"])
        #expect(conversation.sampling.temperature == 0.5 && conversation.sampling.maxTokens == nil)
        #expect(conversation.sampling.stop == ["x"] && conversation.sampling.topK == 3)
        #expect(
            conversation.reasoning == ReasoningOptions(effort: "high", summary: "auto") && conversation.logprobs == true
        )
        #expect(Set(conversation.unknownFields) == ["options.num_ctx", "keep_alive"])
    }

    @Test("A prompt is a user's turn; filling in the middle is refused elsewhere")
    func prompt() throws {
        let body = #"{"model":"m","prompt":"q","system":"s","images":["iVBORw=="],"context":[1],"raw":false}"#
        let conversation = try OllamaGenerate.conversation(try OllamaGenerate.understand(Array(body.utf8)))
        #expect(
            conversation.messages == [
                Message(.system, [.text("s")]),
                Message(.user, [.text("q"), .image(.inline(type: "image/png", data: "iVBORw=="), detail: nil)]),
            ])
        #expect(conversation.unknownFields == ["context"])
        let middle = try OllamaGenerate.understand(Array(#"{"model":"m","prompt":"a","suffix":"b"}"#.utf8))
        #expect(throws: GatewayError.self) { try OllamaGenerate.call(middle, to: target(.openAIChat)) }
        #expect(try OllamaGenerate.call(middle, to: target(.ollamaChat)).path == "/api/generate")
    }

    @Test(
        "What has a wrong shape is refused, naming the field",
        arguments: [
            (#"{"messages":[]}"#, "model"), (#"{"model":"m"}"#, "messages"),
            (#"{"model":"m","messages":[]}"#, "messages"),
            (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"robot"}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"user","content":[]}]}"#, "messages[0].content"),
            (#"{"model":"m","messages":[{"role":"user","images":"x"}]}"#, "messages[0].images"),
            (
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{}]}]}"#,
                "messages[0].tool_calls[0].function.name"
            ),
            (#"{"model":"m","messages":[{"role":"user"}],"stream":"yes"}"#, "stream"),
            (#"{"model":"m","messages":[{"role":"user"}],"format":"xml"}"#, "format"),
            (#"{"model":"m","messages":[{"role":"user"}],"think":1}"#, "think"),
            (#"{"model":"m","messages":[{"role":"user"}],"options":{"temperature":"x"}}"#, "options.temperature"),
            (#"{"model":"m","messages":[{"role":"user"}],"tools":[{}]}"#, "tools[0].function.name"),
        ])
    func wrong(body: String, field: String) {
        do throws(GatewayError) {
            _ = try OllamaChat.understand(Array(body.utf8))
            Issue.record("taken: \(body)")
        } catch {
            #expect(error.status == 400 && error.parameter == field)
        }
    }

    @Test("Odd values anywhere are read, refused or passed over, and what is sent is JSON")
    func oddValues() throws {
        let chat = """
            {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q","images":["AA=="]},
            {"role":"assistant","content":"a","thinking":"t","tool_calls":[{"id":"c","function":{"name":"f","index":0,
            "arguments":{"a":1}}}]},{"role":"tool","tool_name":"f","tool_call_id":"c","content":"r"}],"tools":[{"type":
            "function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],"format":"json",
            "think":true,"keep_alive":5,"logprobs":true,"top_logprobs":2,"stream":true,"options":{"num_predict":9,
            "temperature":0.5,"top_p":0.5,"top_k":5,"seed":7,"stop":["x"],"num_ctx":9,"presence_penalty":0.5}}
            """
        let generate = """
            {"model":"m","prompt":"q","system":"s","images":["AA=="],"suffix":"","template":"t","context":[1],"raw":true,
            "format":"json","options":{"num_predict":9}}
            """
        for (text, format) in [(chat, OllamaChat.self as any ClientFormat.Type), (generate, OllamaGenerate.self)] {
            for text in OddValues(text: text.filter { $0 != "\n" }) {
                do throws(GatewayError) {
                    let asked = try format.understand(ReceivedRequest(body: Array(text.utf8)))
                    #expect(asked.needs.promptTokens >= 0)
                    for wire in RecordedAnswers.wires {
                        let sent = try format.call(asked, to: target(wire)).body
                        #expect(throws: Never.self, "\(wire) \(text)") { _ = try JSONValue.parse(sent) }
                    }
                } catch {
                    #expect((400...413).contains(error.status))
                }
            }
        }
    }
}
