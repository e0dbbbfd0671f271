import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Messages that pass through")
struct AnthropicPassThroughTests {
    private static func call(
        _ body: String, headers: HTTPHeaders = [:], query: String? = nil, model: String = "claude"
    ) throws -> UpstreamCall {
        let received = ReceivedRequest(body: Array(body.utf8), query: query, headers: headers)
        return try AnthropicMessages.call(
            try AnthropicMessages.understand(received), to: target(.anthropicMessages, model: model))
    }

    private static let plain = #"{"model":"up/claude","max_tokens":9,"messages":[{"role":"user","content":"q"}]}"#

    private static let stream = """
        event: message_start\r
        data: {"type":"message_start","message":{"id":"msg_1","model":"claude-x","content":[],"usage":{"input_tokens":4,"output_tokens":1}}  }\r
        \r
        event: ping
        data: {"type": "ping"}

        : a comment

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grüße"},"x_new":1.0}

        event: unheard_of
        data: {"type":"unheard_of"}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    private static func run(_ relay: any AnswerRelay, _ text: String, pieces size: Int = .max) throws -> (
        output: String, summary: AnswerSummary
    ) {
        var relay = relay
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: min(size, bytes.count)) {
            output += try relay.feed(Array(bytes[start..<min(start + min(size, bytes.count), bytes.count)]))
        }
        output += try relay.finish()
        return (String(decoding: output, as: UTF8.self), relay.summary)
    }

    @Test("The body changes in its model only, and not at all where the name is the same")
    func body() throws {
        let odd =
            #"{ "x" : [1.0, 1E2],"model":"up\/claude" ,"max_tokens":9,"messages":[{"role":"user","content":"\u00e9"}]}"#
        let sent = try Self.call(odd)
        #expect(sent.body == Array(odd.replacing(#""up\/claude""#, with: #""claude""#).utf8))
        #expect(sent.path == "/messages" && sent.dropped.isEmpty)
        #expect(try Self.call(Self.plain, model: "up/claude").body == Array(Self.plain.utf8))
    }

    @Test("Version and betas are carried on, and nothing else of the caller's headers")
    func headers() throws {
        let sent = try Self.call(
            Self.plain,
            headers: [
                "anthropic-version": "2023-06-01", "anthropic-beta": "a,b", "anthropic-beta": "c",
                "x-api-key": "secret",
            ], query: "beta=true")
        #expect(sent.headers == ["anthropic-version": "2023-06-01", "anthropic-beta": "a,b,c"])
        #expect(sent.path == "/messages?beta=true")
    }

    @Test("A stream's bytes stay as they are, in any cut", arguments: [1, 2, 3, 7, 64, 100_000])
    func bytes(size: Int) throws {
        let (output, summary) = try Self.run(try Self.call(Self.plain).relay, Self.stream, pieces: size)
        #expect(output == Self.stream)
        #expect(summary.finish == .stop && summary.brokenEvents == 0 && summary.leftOut.isEmpty)
        #expect(summary.usage == Usage(promptTokens: 4, completionTokens: 7) && summary.model == "claude-x")
    }

    @Test("A missing end mark is added, a broken event left out, a cut stream no answer")
    func faults() throws {
        let unended = String(Self.stream[..<Self.stream.firstRange(of: "event: message_stop")!.lowerBound])
        #expect(
            try Self.run(try Self.call(Self.plain).relay, unended).output
                == unended + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
        let broken = Self.stream.replacing(#"{"type": "ping"}"#, with: #"{"type": "#)
        let (output, summary) = try Self.run(try Self.call(Self.plain).relay, broken)
        #expect(output == Self.stream.replacing("event: ping\ndata: {\"type\": \"ping\"}\n\n", with: ""))
        #expect(summary.brokenEvents == 1)
        let cut = String(Self.stream[..<Self.stream.firstRange(of: "event: message_delta")!.lowerBound])
        #expect { _ = try Self.run(try Self.call(Self.plain).relay, cut) } throws: {
            ($0 as? UpstreamFailure)?.kind == .badAnswer
        }
    }

    @Test("An error inside the stream is that error, and what came before it is kept")
    func errorInside() throws {
        var relay = try Self.call(Self.plain).relay
        let start = String(Self.stream[..<Self.stream.firstRange(of: "event: ping")!.lowerBound])
        let error =
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n"
        #expect { _ = try relay.feed(Array((start + error).utf8)) } throws: {
            ($0 as? UpstreamFailure)?.kind == .overloaded
        }
        #expect(relay.pending() == Array(start.utf8))
    }

    @Test("A whole answer passes as it is, its own blocks with it")
    func whole() throws {
        let body = """
            {"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"server_tool_use","id":"s"},
             {"type":"text","text":"x", "citations": null}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2.0}}
            """
        var relay = try Self.call(Self.plain).relay
        #expect(try relay.whole(Array(body.utf8)) == Array(body.utf8))
        #expect(relay.summary.finish == .stop && relay.summary.leftOut.isEmpty)
        #expect(relay.summary.usage == Usage(promptTokens: 1, completionTokens: 2))
    }

    @Test("A whole answer in place of a stream becomes one, and the reverse")
    func otherShape() throws {
        let body = """
            {"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}
            """
        let (output, _) = try Self.run(try Self.call(Self.plain).relay, body)
        let told = try AnthropicTranscript(stream: Array(output.utf8))
        #expect(told.blocks == ["text Hello"] && told.id == "msg_1" && told.usage["output_tokens"] == 2)
        var relay = try Self.call(Self.plain).relay
        let whole = try AnthropicTranscript(whole: try relay.whole(Array(Self.stream.utf8)))
        #expect(whole.blocks == ["text Grüße"] && whole.stopReason == "end_turn")
    }
}
