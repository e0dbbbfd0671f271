import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// Callers from the time before tools say `functions` and are answered with `function_call`.
@Suite("Legacy functions")
struct LegacyFunctionTests {
    private static let anthropic = """
        {"id":"a","model":"m","content":[{"type":"text","text":"Well:"},{"type":"tool_use","id":"c","name":"f","input":{"a":1}},
        {"type":"tool_use","id":"d","name":"g","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}}
        """

    private static func request(_ tools: String, stream: Bool) throws -> ClientRequest {
        let body = #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"q"}],\#(tools)}"#
        return try OpenAIChat.understand(Array(body.utf8))
    }

    private static func relay(_ tools: String, stream: Bool) throws -> any AnswerRelay {
        try OpenAIChat.call(try request(tools, stream: stream), to: target(.anthropicMessages)).relay
    }

    private static let functions = #""functions":[{"name":"f","parameters":{"type":"object"}}]"#
    private static let tools = #""tools":[{"type":"function","function":{"name":"f"}}]"#

    @Test("A whole answer's call is `function_call`, and so is the reason")
    func whole() throws {
        var relay = try Self.relay(Self.functions, stream: false)
        let choice = try JSONValue.parse(try relay.whole(Array(Self.anthropic.utf8)))["choices"]?[0]
        let message = try #require(choice?["message"])
        #expect(message["content"]?.string == "Well:")
        #expect(message["function_call"].map { RawJSON($0.raw).text } == #"{"name":"f","arguments":"{\"a\":1}"}"#)
        #expect(message["tool_calls"] == nil)
        #expect(choice?["finish_reason"]?.string == "function_call")
    }

    @Test("A stream's call comes in pieces of `function_call`")
    func streamed() throws {
        var relay = try Self.relay(Self.functions, stream: true)
        let events = [
            #"{"type":"message_start","message":{"id":"a","model":"m","content":[]}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c","name":"f","input":{}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"d","name":"g","input":{}}}"#,
            #"{"type":"content_block_stop","index":1}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}"#,
        ]
        let output = try relay.feed(Array(events.map { "data: \($0)\n\n" }.joined().utf8)) + relay.finish()
        let text = String(decoding: output, as: UTF8.self)
        let deltas = text.split(separator: "\n\n").dropLast().compactMap {
            try? JSONValue.parse(Array($0.utf8.dropFirst(6)))["choices"]?[0]
        }
        let calls = deltas.compactMap { $0["delta"]?["function_call"] }
        #expect(calls.first?["name"]?.string == "f")
        #expect(calls.compactMap { $0["name"]?.string } == ["f"], "one call a turn")
        #expect(calls.compactMap { $0["arguments"]?.string }.joined() == #"{"a":1}"#)
        #expect(deltas.compactMap { $0["finish_reason"]?.string } == ["function_call"])
        #expect(!text.contains("tool_calls"))
    }

    @Test("Who says tools is answered with tool calls, functions beside them or not", arguments: ["", functions])
    func modern(functions: String) throws {
        let both = [Self.tools, functions].filter { !$0.isEmpty }.joined(separator: ",")
        var relay = try Self.relay(both, stream: false)
        let choice = try JSONValue.parse(try relay.whole(Array(Self.anthropic.utf8)))["choices"]?[0]
        #expect(choice?["message"]?["tool_calls"]?.count == 2)
        #expect(choice?["message"]?["function_call"] == nil)
        #expect(choice?["finish_reason"]?.string == "tool_calls")
    }

    @Test("One call a turn is asked for, as no more can be told")
    func oneCall() throws {
        let conversation = try OpenAIChat.conversation(try Self.request(Self.functions, stream: false))
        #expect(conversation.parallelToolCalls == false)
        #expect(try OpenAIChat.conversation(try Self.request(Self.tools, stream: false)).parallelToolCalls == nil)
    }
}

@Suite("Names of what was left out")
struct UnknownFieldsTests {
    @Test("There is an end to their number and length")
    func bounded() {
        var fields = UnknownFields()
        for number in 0..<1_000_000 { fields.add("field-\(number)") }
        #expect(fields.names.count == 64)
        var long = UnknownFields()
        long.add(String(repeating: "\u{1F41D}", count: 10_000))
        #expect(long.names[0].utf8.count < 200)
    }

    @Test("A request with more fields than anybody needs is refused")
    func tooMany() throws {
        let fields = (0..<1_000).map { "\"f\($0)\":1" }.joined(separator: ",")
        let body = #"{"model":"m","messages":[{"role":"user","content":"q"}],\#(fields)}"#
        #expect {
            _ = try OpenAIChat.understand(Array(body.utf8))
        } throws: { ($0 as? GatewayError)?.code == "too_many_fields" }
    }
}
