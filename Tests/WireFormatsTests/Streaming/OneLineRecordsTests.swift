import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What a provider wrote over several lines is quoted in records that end with their line.
@Suite("Records of one line")
struct OneLineRecordsTests {
    private static let chat = """
        data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"x",
        data: "annotations":[{"type":"url_citation",
        data: "url_citation":{"url":"u","title":"t","start_index":0,"end_index":1}}]},
        data: "logprobs":{"content":
        data: [{"token":"x","logprob":-0.5,"bytes":[120],"top_logprobs":[]}]},"finish_reason":null}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\\n}"}}]}}]}

        data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: [DONE]


        """

    private static let messages = """
        event: message_start
        data: {"type":"message_start","message":{"id":"a","model":"m","usage":{"input_tokens":1,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"x","citations":[
        data: {"type":"char_location",
        data: "cited_text":"x"}]}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    @Test("In every dialect", arguments: FidelityDocument.dialects, [WireFormat.openAIChat, .anthropicMessages])
    func records(dialect: Dialect, wire: WireFormat) throws {
        guard !dialect.speaks(wire) else { return }
        let asked = try FidelityDocument.request(in: dialect)
        var relay = try dialect.format.call(asked, to: target(wire)).relay
        let text = wire == .openAIChat ? Self.chat : Self.messages
        let output = String(decoding: try relay.feed(Array(text.utf8)) + relay.finish(), as: UTF8.self)
        var count = 0
        for line in output.split(separator: "\n") where !line.hasPrefix("event: ") && line != "data: [DONE]" {
            let payload = line.hasPrefix("data: ") ? line.dropFirst(6) : line
            #expect(throws: Never.self, "\(line)") { _ = try JSONValue.parse(Array(payload.utf8)) }
            count += 1
        }
        #expect(count > 0)
    }
}
