import GatewayTypes
import HTTPTypes
import Testing

@testable import WireFormats

@Suite("A messages request understood")
struct AnthropicUnderstandTests {
    private static func body(_ members: String) -> [UInt8] { Array("{\(members)}".utf8) }

    @Test("Model, stream and needs are read")
    func needs() throws {
        let request = try AnthropicMessages.understand(
            Self.body(
                """
                "max_tokens":33,"stream":true,"system":[{"type":"text","text":"ssss"}],
                "messages":[{"role":"user","content":[{"type":"text","text":"tttttttt"},
                {"type":"image","source":{"type":"url","url":"https://example.com"}}]}],
                "tools":[{"name":"f","input_schema":{}},{"type":"web_search_20250305","name":"web_search"}],
                "output_config":{"format":{"type":"json_schema","schema":{}}},"model":"a/b"
                """))
        #expect(request.model == "a/b" && request.stream)
        #expect(request.needs.tools && request.needs.vision && request.needs.jsonSchema && !request.needs.audio)
        #expect(request.needs.maxTokens == 33 && request.needs.operation == .conversation)
        #expect((800..<900).contains(request.needs.promptTokens))
    }

    @Test("A request to count needs no max_tokens and wants no answer")
    func counting() throws {
        let body = Self.body(#""model":"m","messages":[{"role":"user","content":"q"}],"stream":true"#)
        let request = try AnthropicTokenCount.understand(body)
        #expect(request.needs.operation == .countTokens && !request.stream && request.needs.maxTokens == nil)
        #expect(throws: GatewayError.self) { try AnthropicMessages.understand(body) }
    }

    @Test(
        "What is wrong is named by its place",
        arguments: [
            (#""max_tokens":1,"messages":[{"role":"user","content":"q"}]"#, "model"),
            (#""model":"","max_tokens":1,"messages":[{"role":"user","content":"q"}]"#, "model"),
            (#""model":"m","messages":[{"role":"user","content":"q"}]"#, "max_tokens"),
            (#""model":"m","max_tokens":-1,"messages":[{"role":"user","content":"q"}]"#, "max_tokens"),
            (#""model":"m","max_tokens":"9","messages":[{"role":"user","content":"q"}]"#, "max_tokens"),
            (#""model":"m","max_tokens":1"#, "messages"),
            (#""model":"m","max_tokens":1,"messages":[]"#, "messages"),
            (#""model":"m","max_tokens":1,"messages":{}"#, "messages"),
            (#""model":"m","max_tokens":1,"messages":["q"]"#, "messages.0"),
            (#""model":"m","max_tokens":1,"messages":[{"content":"q"}]"#, "messages.0.role"),
            (#""model":"m","max_tokens":1,"messages":[{"role":"user"}]"#, "messages.0.content"),
            (#""model":"m","max_tokens":1,"messages":[{"role":"user","content":7}]"#, "messages.0.content"),
            (#""model":"m","max_tokens":1,"messages":[{"role":"user","content":[{}]}]"#, "messages.0.content.0.type"),
            (
                #""model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]"#,
                "messages.0.content.0.text"
            ),
            (
                #""model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image"}]}]"#,
                "messages.0.content.0.source"
            ),
            (
                #""model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f"}]}]"#,
                "messages.0.content.0.input"
            ),
            (
                #""model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":1}]}]}]"#,
                "messages.0.content.0.content.0.text"
            ),
            (#""model":"m","max_tokens":1,"system":5,"messages":[{"role":"user","content":"q"}]"#, "system"),
            (#""model":"m","max_tokens":1,"temperature":2,"messages":[{"role":"user","content":"q"}]"#, "temperature"),
            (
                #""model":"m","max_tokens":1,"stop_sequences":"x","messages":[{"role":"user","content":"q"}]"#,
                "stop_sequences"
            ),
            (#""model":"m","max_tokens":1,"stream":"yes","messages":[{"role":"user","content":"q"}]"#, "stream"),
            (#""model":"m","max_tokens":1,"thinking":{},"messages":[{"role":"user","content":"q"}]"#, "thinking.type"),
            (
                #""model":"m","max_tokens":1,"tools":[{"name":"f"}],"messages":[{"role":"user","content":"q"}]"#,
                "tools.0.input_schema"
            ),
            (
                #""model":"m","max_tokens":1,"tool_choice":"any","messages":[{"role":"user","content":"q"}]"#,
                "tool_choice"
            ),
            (
                #""model":"m","max_tokens":1,"metadata":{"user_id":5},"messages":[{"role":"user","content":"q"}]"#,
                "metadata.user_id"
            ),
        ])
    func wrong(members: String, parameter: String) {
        #expect {
            _ = try AnthropicMessages.understand(Self.body(members))
        } throws: { error in
            guard let error = error as? GatewayError else { return false }
            return error.status == 400 && error.parameter == parameter && error.message.hasPrefix(parameter)
        }
    }

    @Test("A role that nobody has is refused where the request has to be translated")
    func role() throws {
        let request = try AnthropicMessages.understand(
            Self.body(#""model":"m","max_tokens":1,"messages":[{"role":"bot","content":"q"}]"#))
        #expect { _ = try AnthropicMessages.call(request, to: target(.openAIChat)) } throws: {
            ($0 as? GatewayError)?.parameter == "messages.0.role"
        }
    }

    @Test("What a request asks for with a wish for errors is refused where it cannot be said")
    func wish() throws {
        let body = Self.body(#""model":"m","max_tokens":1,"messages":[{"role":"user","content":"q"}]"#)
        var received = ReceivedRequest(body: body)
        #expect(try !AnthropicMessages.understand(received).refusesOmissions)
        received.headers = ["x-switchyard-on-unsupported": "error"]
        #expect(try AnthropicMessages.understand(received).refusesOmissions)
    }
}
