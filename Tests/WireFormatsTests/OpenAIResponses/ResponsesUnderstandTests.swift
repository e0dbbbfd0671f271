import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Responses requests as routing sees them")
struct ResponsesUnderstandTests {
    @Test("Needs come from tools, pictures, sound, schemas and the length of the texts")
    func needs() throws {
        let needs = try responsesRequest(
            """
            "input":[{"role":"user","content":[{"type":"input_text","text":"0123456789"},
            {"type":"input_image","image_url":"https://x/y.png"},{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]}],
            "tools":[{"type":"function","name":"f"}],"max_output_tokens":9,
            "text":{"format":{"type":"json_schema","name":"n","schema":{}}}
            """
        ).needs
        #expect(needs.tools && needs.vision && needs.audio && needs.jsonSchema)
        #expect(needs.maxTokens == 9 && needs.promptTokens > 800 && needs.only == nil)
    }

    @Test(
        "What refers to a provider's memory needs a provider of this format",
        arguments: [
            (#""input":"q","previous_response_id":"resp_1""#, "previous_response_id"),
            (#""input":"q","conversation":"conv_1""#, "conversation"),
            (#""input":"q","conversation":{"id":"conv_1"}"#, "conversation"), (#""prompt":{"id":"p"}"#, "prompt"),
            (#""input":"q","background":true"#, "background"),
        ])
    func ownWire(members: String, field: String) throws {
        #expect(try responsesRequest(members).needs.only == WireNeed(wire: .openAIResponses, field: field))
        #expect(throws: Never.self) {
            _ = try OpenAIResponses.call(try responsesRequest(members), to: target(.openAIResponses))
        }
        #expect {
            _ = try OpenAIResponses.call(try responsesRequest(members), to: target(.openAIChat))
        } throws: { ($0 as? GatewayError)?.parameter == field && ($0 as? GatewayError)?.status == 400 }
    }

    @Test(
        "A wrong shape is named by its place",
        arguments: [
            (#""x":1"#, "input"), (#""input":5"#, "input"), (#""input":[]"#, "input"), (#""input":[5]"#, "input[0]"),
            (#""input":[{}]"#, "input[0].type"), (#""input":[{"type":5}]"#, "input[0].type"),
            (#""input":[{"role":"user"}]"#, "input[0].content"),
            (#""input":[{"role":5,"content":"q"}]"#, "input[0].role"),
            (#""input":[{"role":"user","content":[{"text":"a"}]}]"#, "input[0].content[0].type"),
            (#""input":[{"type":"message","content":"q"}]"#, "input[0].role"),
            (#""input":[{"type":"function_call","call_id":"c","name":"f"}]"#, "input[0].arguments"),
            (#""input":[{"type":"function_call_output","output":"x"}]"#, "input[0].call_id"),
            (#""input":[{"type":"function_call_output","call_id":"c"}]"#, "input[0].output"),
            (#""input":[{"type":"reasoning","summary":"x"}]"#, "input[0].summary"),
            (#""input":"q","instructions":5"#, "instructions"), (#""input":"q","tools":{}"#, "tools"),
            (#""input":"q","tools":[{"name":"f"}]"#, "tools[0].type"),
            (#""input":"q","tools":[{"type":"function"}]"#, "tools[0].name"),
            (#""input":"q","tools":[{"type":"function","name":"f","parameters":[]}]"#, "tools[0].parameters"),
            (#""input":"q","tool_choice":5"#, "tool_choice"), (#""input":"q","temperature":3"#, "temperature"),
            (#""input":"q","max_output_tokens":0"#, "max_output_tokens"), (#""input":"q","stream":"yes""#, "stream"),
            (#""input":"q","text":{"format":{"type":"json_schema","name":"n"}}"#, "text.format.schema"),
            (#""input":"q","text":{"format":{"type":"json_schema","schema":{}}}"#, "text.format.name"),
            (#""input":"q","include":"a""#, "include"), (#""input":"q","reasoning":"high""#, "reasoning"),
            (#""input":"q","previous_response_id":5"#, "previous_response_id"),
        ])
    func wrongShapes(members: String, place: String) {
        #expect {
            _ = try responsesRequest(members)
        } throws: { ($0 as? GatewayError)?.parameter == place && ($0 as? GatewayError)?.status == 400 }
    }

    @Test("Whatever stands in any place of a request, nothing traps and what is sent is JSON")
    func oddValues() throws {
        let text = """
            {"model":"m","instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"q"},
            {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"},{"type":"input_file","filename":"a",
            "file_data":"AA=="}]},{"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"t"}],
            "encrypted_content":"e"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
            {"type":"function_call_output","call_id":"c","output":"r"}],"tools":[{"type":"function","name":"f",
            "parameters":{"type":"object"},"strict":true},{"type":"custom","name":"g"}],"tool_choice":{"type":"function",
            "name":"f"},"max_output_tokens":5,"temperature":0.5,"top_p":0.5,"top_logprobs":2,"include":["x"],
            "reasoning":{"effort":"high","summary":"auto"},"text":{"format":{"type":"json_schema","name":"n","schema":{}},
            "verbosity":"low"},"stream":true,"store":false,"metadata":{"a":"b"},"parallel_tool_calls":true}
            """
        for odd in OddValues(text: text) {
            do throws(GatewayError) {
                let asked = try OpenAIResponses.understand(Array(odd.utf8))
                #expect(asked.needs.promptTokens >= 0)
                for wire in WireFormat.conversing {
                    let call = try OpenAIResponses.call(asked, to: target(wire))
                    #expect(throws: Never.self, "\(odd)") { _ = try JSONValue.parse(call.body) }
                }
                var writer = ResponsesAnswerWriter(asked, from: target(.openAIChat))
                let answer = writer.whole([.text(choice: 0, "x"), .finish(choice: 0, .stop)])
                #expect(throws: Never.self, "\(odd)") { _ = try JSONValue.parse(answer) }
            } catch {
                #expect((400...413).contains(error.status))
            }
        }
    }
}
