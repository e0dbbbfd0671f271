import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Anthropic's stream on Bedrock")
struct InvokeRelayTests {
    private static let events = [
        #"{"type":"message_start","message":{"id":"a","model":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel\nlo é"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
        #"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":3}}"#,
    ]
    private static let stream = events.flatMap(EventStreamBytes.chunk)

    private static func relay(stream: Bool = true) throws -> any AnswerRelay {
        let body = #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"q"}]}"#
        let asked = try OpenAIChat.understand(Array(body.utf8))
        let call = try OpenAIChat.call(asked, to: target(.anthropicMessages))
        return try Cloud.bedrock.hosted(call, in: .anthropicMessages, model: "m", stream: stream).relay
    }

    @Test("It becomes the caller's, whatever pieces it comes in")
    func split() throws {
        var relay = try Self.relay()
        let whole = try relay.feed(Self.stream) + relay.finish()
        let text = String(decoding: whole, as: UTF8.self)
        #expect(text.contains(#""content":"Hel\nlo é""#) && text.contains(#""finish_reason":"stop""#))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
        #expect(relay.summary.usage == Usage(promptTokens: 3, completionTokens: 2))
        for cut in stride(from: 0, through: Self.stream.count, by: 7) {
            var relay = try Self.relay()
            let output =
                try relay.feed(Array(Self.stream[..<cut])) + relay.feed(Array(Self.stream[cut...])) + relay.finish()
            #expect(output == whole)
        }
    }

    @Test("An exception in the stream is told after what came before it")
    func exception() throws {
        var relay = try Self.relay()
        let bytes =
            Self.events.prefix(3).flatMap(EventStreamBytes.chunk)
            + EventStreamBytes.exception("throttlingException", #"{"message":"Too many requests."}"#)
        #expect { _ = try relay.feed(bytes) } throws: { ($0 as? UpstreamFailure)?.kind == .rateLimit }
        #expect(String(decoding: relay.pending(), as: UTF8.self).contains("Hel"))
    }

    @Test("A chunk that holds no event is counted and left out")
    func broken() throws {
        var relay = try Self.relay()
        let odd =
            EventStreamBytes.event("chunk", #"{"bytes":"!"}"#) + EventStreamBytes.event("chunk", "{}")
            + EventStreamBytes.chunk("no json")
        _ = try relay.feed(odd + Self.stream)
        _ = try relay.finish()
        #expect(relay.summary.brokenEvents == 3)
        #expect(relay.summary.finish == .stop)
    }

    @Test("A stream that ends without a finish was cut, and so was one that ends inside of a message")
    func cut() throws {
        for bytes in [Self.events.prefix(4).flatMap(EventStreamBytes.chunk), Array(Self.stream.dropLast(3))] {
            var relay = try Self.relay()
            _ = try relay.feed(bytes)
            #expect { _ = try relay.finish() } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
        }
    }

    @Test("A whole answer is Anthropic's own")
    func whole() throws {
        var relay = try Self.relay(stream: false)
        let body = """
            {"id":"a","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello"}],
            "stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}
            """
        let answer = try JSONValue.parse(try relay.whole(Array(body.utf8)))
        #expect(answer["choices"]?[0]?["message"]?["content"]?.string == "Hello")
    }

    @Test(
        "Recorded streams read", .enabled(if: UpstreamRecordings.isPresent, "no corpus beside the package"),
        arguments: UpstreamRecordings.all(["bedrock"], endpoint: "invoke").filter {
            $0.status == 200 && $0.url.contains("anthropic.claude-") && $0.url.contains("response-stream")
                && !$0.url.contains("claude-v2")
        })
    func recorded(recording: UpstreamRecordings.Recording) throws {
        var relay = try Self.relay()
        let output = try relay.feed(recording.body) + relay.finish()
        #expect(relay.summary.brokenEvents == 0)
        #expect(relay.summary.finish != nil && relay.summary.usage != nil && relay.summary.outputBytes > 0)
        #expect(output.suffix(14) == Array("data: [DONE]\n\n".utf8))
    }
}
