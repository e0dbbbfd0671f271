import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Responses to Responses")
struct ResponsesPassThroughTests {
    private static let stream = Array(
        ResponsesUpstreamAnswerTests.events.map { "event: e\r\ndata: \($0)\r\n\r\n" }.joined().utf8)

    private func relay(_ members: String = #""input":"q","stream":true"#) throws -> any AnswerRelay {
        try OpenAIResponses.call(try responsesRequest(members), to: target(.openAIResponses)).relay
    }

    @Test("A request goes on byte for byte but for the model's name")
    func request() throws {
        let text =
            "{ \"input\" : [ {\"type\":\"item_reference\", \"id\":\"x\"}], \"temperature\":1.0, \"model\":\"a/b\",\"odd\":1e2 }"
        let call = try OpenAIResponses.call(
            try OpenAIResponses.understand(Array(text.utf8)), to: target(.openAIResponses, model: "b"))
        #expect(String(decoding: call.body, as: UTF8.self) == text.split(separator: "a/b").joined(separator: "b"))
        #expect(call.path == "/responses" && call.dropped.isEmpty)
        let same = try OpenAIResponses.call(
            try OpenAIResponses.understand(Array(text.utf8)), to: target(.openAIResponses, model: "a/b"))
        #expect(same.body == Array(text.utf8))
    }

    @Test("A stream goes on byte for byte in any split, and is read on the way", arguments: [1, 7, 100, 100_000])
    func stream(size: Int) throws {
        var relay = try relay()
        var output: [UInt8] = []
        for start in stride(from: 0, to: Self.stream.count, by: size) {
            output += try relay.feed(Array(Self.stream[start..<min(start + size, Self.stream.count)]))
        }
        output += try relay.finish()
        #expect(output == Self.stream)
        let summary = relay.summary
        #expect(summary.finish == .toolCalls && summary.hasFirstToken && summary.model == "m")
        #expect(summary.usage == Usage(promptTokens: 9, completionTokens: 5, cachedTokens: 3, reasoningTokens: 2))
        #expect(summary.outputBytes > 10 && summary.leftOut.isEmpty && summary.brokenEvents == 0)
    }

    @Test("A whole answer goes on byte for byte")
    func whole() throws {
        var relay = try relay(#""input":"q""#)
        let body = Array(ResponsesUpstreamAnswerTests.whole.utf8)
        let output = try relay.whole(body)
        #expect(output == body)
        #expect(relay.summary.finish == .toolCalls && relay.summary.usage?.totalTokens == 14)
        #expect(relay.summary.leftOut.isEmpty)
    }

    @Test("A response that goes on in the background is an answer")
    func background() throws {
        var relay = try relay(#""input":"q","background":true"#)
        let body = Array(#"{"id":"r","object":"response","status":"queued","model":"m","output":[],"usage":null}"#.utf8)
        let output = try relay.whole(body)
        #expect(output == body && relay.summary.finish == .other("queued"))
    }

    @Test("A stream without its last event was cut")
    func cut() throws {
        var relay = try relay()
        _ = try relay.feed(Array(Self.stream.prefix(2_000)))
        #expect { _ = try relay.finish() } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("An error goes on counting where the provider stopped, and what was said before it is kept")
    func error() throws {
        var relay = try relay()
        let said =
            #"data: {"type":"response.output_text.delta","sequence_number":4,"output_index":0,"delta":"x"}"# + "\n\n"
        let failure =
            #"data: {"type":"error","sequence_number":5,"error":{"code":"server_error","message":"boom"}}"# + "\n\n"
        #expect(throws: UpstreamFailure.self) { _ = try relay.feed(Array((said + failure).utf8)) }
        let kept = relay.pending()
        #expect(kept == Array(said.utf8))
        let told = relay.streamError(.upstream(UpstreamFailure(.server, message: "boom")), requestID: "r")
        let text = String(decoding: told ?? [], as: UTF8.self)
        #expect(text.hasPrefix("event: error\ndata: ") && text.contains(#""sequence_number":5,"#))
    }

    @Test("After an error the response that the provider began is told to have failed")
    func failed() throws {
        var relay = try relay()
        let begun =
            #"{"type":"response.created","sequence_number":0,"response":{"id":"resp_9","model":"g","created_at":5}}"#
        let passed = try relay.feed(Array("event: response.created\ndata: \(begun)\n\n".utf8))
        let error = GatewayError.upstream(UpstreamFailure(.server, message: "boom"))
        let told = try ResponsesStream(passed + (relay.streamError(error, requestID: "r") ?? []))
        #expect(told.types == ["response.created", "error", "response.failed"])
        #expect(told.last?["id"]?.string == "resp_9" && told.last?["status"]?.string == "failed")
        #expect(told.last?["model"]?.string == "g" && told.last?["created_at"]?.int == 5)
    }

    @Test("An error after an answer that was written anew goes on counting where that stopped")
    func failedAnew() throws {
        var relay = try relay()
        let answer = ResponsesUpstreamAnswerTests.whole.replacing("\n", with: "")
        let written = try relay.feed(Array("data: \(answer)\n\n".utf8))
        let error = GatewayError.upstream(UpstreamFailure(.server, message: "boom"))
        let told = try ResponsesStream(written + (relay.streamError(error, requestID: "r") ?? []))
        #expect(told.types.contains("error") && told.types.last == "response.failed")
    }

    @Test("A broken event is left out and counted, the rest goes on")
    func broken() throws {
        var relay = try relay()
        let output = try relay.feed(Array("data: {\"type\":\n\n".utf8) + Self.stream) + relay.finish()
        #expect(output == Self.stream && relay.summary.brokenEvents == 1)
    }

    @Test("A whole answer for a stream, and a stream for a whole answer, are written anew")
    func otherShape() throws {
        var relay = try relay()
        let told = try ResponsesStream(
            try relay.feed(Array(ResponsesUpstreamAnswerTests.whole.utf8)) + relay.finish())
        #expect(told.agrees() && told.types.last == "response.completed")
        var whole = try self.relay(#""input":"q""#)
        let answer = try JSONValue.parse(try whole.whole(Self.stream))
        #expect(answer["object"]?.string == "response" && answer["output"]?.count == told.last?["output"]?.count)
    }

    @Test("A provider's tool at work is an answer that has begun")
    func firstToken() throws {
        var relay = try relay()
        _ = try relay.feed(Array("data: \(ResponsesUpstreamAnswerTests.events[0])\n\n".utf8))
        #expect(!relay.summary.hasFirstToken)
        _ = try relay.feed(Array("data: \(ResponsesUpstreamAnswerTests.events[9])\n\n".utf8))
        #expect(relay.summary.hasFirstToken)
    }
}
