import GatewayTypes
import Testing

@testable import WireFormats

@Suite("Upstream formats behind a relay")
struct AnthropicGeminiOllamaRelayTests {
    private static func relay<Upstream: UpstreamFormat>(_: Upstream.Type) -> TranslatingRelay<Upstream, OpenAIChat> {
        TranslatingRelay(writer: ChatAnswerWriter(includeUsage: true, model: "m", id: "i", created: 1))
    }

    private static func run<Upstream: UpstreamFormat>(
        _ upstream: Upstream.Type, _ stream: [UInt8], pieces size: Int
    ) throws -> (output: [UInt8], summary: AnswerSummary) {
        var relay = relay(upstream)
        var output: [UInt8] = []
        var start = 0
        while start < stream.count {
            let end = min(start + size, stream.count)
            output += try relay.feed(Array(stream[start..<end]))
            start = end
        }
        output += try relay.finish()
        return (output, relay.summary)
    }

    private static let anthropic = """
        event: message_start\r
        data: {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":4}}   }\r
        \r
        event: content_block_start\r
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\r
        \r
        event: content_block_delta\r
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße"}}\r
        \r
        event: message_delta\r
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}\r
        \r\n
        """
    private static let gemini = """
        data: {"candidates":[{"content":{"parts":[{"text":"Grüße"}]},"finishReason":"STOP"}],\
        "usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2}}\r\n\r\n
        """
    private static let ollama = """
        {"model":"q","message":{"content":"Grüße"},"done":false}
        {"model":"q","message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":4,"eval_count":2}
        """

    @Test("Any cut of a stream gives the same bytes and summary", arguments: [1, 2, 3, 7, 64])
    func cuts(size: Int) throws {
        func check<Upstream: UpstreamFormat>(_ upstream: Upstream.Type, _ text: String) throws {
            let stream = Array(text.utf8)
            let whole = try Self.run(upstream, stream, pieces: stream.count)
            let cut = try Self.run(upstream, stream, pieces: size)
            #expect(cut.output == whole.output && cut.summary == whole.summary)
            #expect(whole.summary.finish == .stop && whole.summary.brokenEvents == 0)
            #expect(whole.summary.usage == Usage(promptTokens: 4, completionTokens: 2))
            #expect(String(decoding: whole.output, as: UTF8.self).contains("Grüße"))
        }
        try check(AnthropicMessagesUpstream.self, Self.anthropic)
        try check(GeminiUpstream.self, Self.gemini)
        try check(OllamaChatUpstream.self, Self.ollama)
    }

    @Test("An unframed error where a Gemini stream should be is the error", arguments: ["", "["])
    func unframedError(bracket: String) throws {
        let close = bracket.isEmpty ? "" : "]"
        let body =
            "\(bracket){\n  \"error\": {\n    \"code\": 429,\n    \"message\": \"no\",\n"
            + "    \"status\": \"RESOURCE_EXHAUSTED\"\n  }\n}\(close)\n"
        #expect(throws: UpstreamFailure(.rateLimit, status: 429, message: "no", code: "RESOURCE_EXHAUSTED")) {
            try Self.run(GeminiUpstream.self, Array(body.utf8), pieces: 5)
        }
    }

    @Test("A stream that ends without a reason was cut")
    func cutStream() {
        let line = Array(#"{"model":"q","message":{"content":"a"},"done":false}"#.utf8)
        #expect { try Self.run(OllamaChatUpstream.self, line, pieces: 9) } throws: {
            ($0 as? UpstreamFailure)?.kind == .badAnswer
        }
    }
}
