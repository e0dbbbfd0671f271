import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Gemini to Gemini")
struct GeminiPassThroughTests {
    private static let first =
        #"{"candidates": [{"content": {"parts": [{"text": "Hel"}],"role": "model"},"index": 0}],"x":1.50}"#
    private static let last =
        #"{"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2},"modelVersion":"m"}"#
    private static let stream = "data: \(first)\r\n\r\ndata: \(last)\r\n\r\n"

    @Test("A stream's bytes pass as they came, in any split")
    func stream() throws {
        let bytes = Array(Self.stream.utf8)
        for cut in 0...bytes.count {
            var relay = try Gemini.relay(from: .gemini, stream: true)
            let output = try relay.feed(Array(bytes[..<cut])) + relay.feed(Array(bytes[cut...])) + relay.finish()
            #expect(output == bytes)
            #expect(relay.summary.usage == Usage(promptTokens: 3, completionTokens: 2))
            #expect(relay.summary.finish == .stop && relay.summary.model == "m" && relay.summary.outputBytes == 5)
        }
    }

    @Test("A caller without alt=sse gets the same chunks in an array")
    func array() throws {
        var relay = try Gemini.relay(from: .gemini, stream: true, query: nil)
        let output = try relay.feed(Array(Self.stream.utf8)) + relay.finish()
        let chunks = try JSONValue.parse(output)
        #expect(chunks.elements.map(\.compactText) == [try parsed(Self.first).compactText, Self.last])
    }

    @Test("Broken records are left out and counted, signs of life pass")
    func broken() throws {
        var relay = try Gemini.relay(from: .gemini, stream: true)
        let output = try relay.feed(Array((": x\n\ndata: {oops\n\n" + Self.stream).utf8)) + relay.finish()
        #expect(String(decoding: output, as: UTF8.self) == ": x\n\n" + Self.stream)
        #expect(relay.summary.brokenEvents == 1)
    }

    @Test("A stream without a finish reason was cut")
    func cut() throws {
        var relay = try Gemini.relay(from: .gemini, stream: true)
        _ = try relay.feed(Array("data: \(Self.first)\n\n".utf8))
        #expect(throws: UpstreamFailure.self) { try relay.finish() }
    }

    @Test("An error in the stream is thrown, in a record or unframed")
    func errors() throws {
        for text in [
            #"data: {"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"# + "\n\n",
            "{\n \"error\": {\n \"code\": 503, \"message\": \"busy\", \"status\": \"UNAVAILABLE\"}}\n",
        ] {
            var relay = try Gemini.relay(from: .gemini, stream: true)
            let error = #expect(throws: UpstreamFailure.self) {
                _ = try relay.feed(Array(text.utf8))
                _ = try relay.finish()
            }
            #expect(error?.kind == .overloaded)
        }
    }

    @Test("A whole answer or an array where a stream was asked for is framed as one")
    func otherShape() throws {
        for text in [Self.last, "[\(Self.first),\n\(Self.last)]"] {
            var relay = try Gemini.relay(from: .gemini, stream: true)
            let chunks = try geminiChunks(try relay.feed(Array(text.utf8)) + relay.finish())
            #expect(chunks.last?.compactText == Self.last)
        }
        var relay = try Gemini.relay(from: .gemini, stream: false)
        let answer = try JSONValue.parse(try relay.whole(Array("[\(Self.first),\(Self.last)]".utf8)))
        #expect(answer["candidates"]?[0]?["content"]?["parts"]?.compactText == #"[{"text":"Hello"}]"#)
        var streamed = try Gemini.relay(from: .gemini, stream: false)
        let body = try streamed.whole(Array(Self.stream.utf8))
        #expect(try JSONValue.parse(body)["candidates"]?[0]?["finishReason"]?.string == "STOP")
    }

    @Test("A blocked prompt is an answer, and says so")
    func blocked() throws {
        let body = Array(#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}"#.utf8)
        var relay = try Gemini.relay(from: .gemini, stream: false)
        #expect(try relay.whole(body) == body)
        #expect(relay.summary.finish == .contentFilter)
    }

    @Test("The body goes on untouched but for a model's name and other providers' signatures")
    func request() throws {
        func sent(_ body: String) throws -> String {
            let call = try Gemini.call(try Gemini.asked(body), to: target(.gemini, model: "gemini-x"))
            #expect(call.path == "/models/gemini-x:generateContent" && call.dropped.isEmpty)
            return String(decoding: call.body, as: UTF8.self)
        }
        let plain =
            #"{ "contents":[{"parts":[{"text":"\u0068i"}]}], "generationConfig":{"temperature":0.70}, "y":null }"#
        #expect(try sent(plain) == plain)
        #expect(
            try sent(#"{"model":"models/up/m","contents":[{}]}"#) == #"{"model":"models/gemini-x","contents":[{}]}"#)
        let foreign = GeminiThoughtSignature.thinking("s").text
        #expect(
            try sent(
                """
                {"contents":[{"role":"model","parts":[{"text":"t","thought":true,"thoughtSignature":"\(foreign)"},
                {"functionCall":{"name":"f"},"thought_signature":"\(foreign)"},{"text":"a","thoughtSignature":"c2ln"}]}]}
                """)
                    == """
                    {"contents":[{"role":"model","parts":[{"text":"t","thought":true},
                    {"functionCall":{"name":"f"},"thought_signature":"skip_thought_signature_validator"},{"text":"a","thoughtSignature":"c2ln"}]}]}
                    """)
    }

    @Test("Counts are asked of the providers that can count, and estimated for the others")
    func counts() throws {
        let whole = """
            {"generateContentRequest":{"model":"models/up/m","contents":[{"parts":[{"text":"12345678"}]}],
            "systemInstruction":{"parts":[{"text":"s"}]}}}
            """
        let received = ReceivedRequest(body: Array(whole.utf8), path: "/models/up/m:countTokens")
        let request = try GeminiTokenCount.understand(received)
        #expect(request.model == "up/m" && request.needs.operation == .countTokens)
        let same = try GeminiTokenCount.call(request, to: target(.gemini, model: "g"))
        #expect(same.path == "/models/g:countTokens")
        #expect(String(decoding: same.body, as: UTF8.self) == whole.replacing("models/up/m", with: "models/g"))
        let anthropic = try GeminiTokenCount.call(request, to: target(.anthropicMessages))
        #expect(anthropic.path == "/messages/count_tokens")
        var relay = anthropic.relay
        #expect(
            String(decoding: try relay.whole(Array(#"{"input_tokens":9}"#.utf8)), as: UTF8.self)
                == #"{"totalTokens":9}"#)
        let estimate = try #require(try GeminiTokenCount.call(request, to: target(.openAIChat)).estimate)
        #expect(try JSONValue.parse(estimate)["totalTokens"]?.int == request.needs.promptTokens)
    }
}
