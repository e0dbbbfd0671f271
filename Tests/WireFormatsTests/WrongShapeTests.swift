import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// A provider may answer whole where a stream was asked for, and the reverse: the caller gets what it asked for.
@Suite("Answers of the other shape")
struct WrongShapeTests {
    private static let whole: [WireFormat: String] = [
        .openAIChat: """
        {"id": "a", "object": "chat.completion", "created": 7, "model": "m",
         "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
         "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
        """,
        .openAIResponses: """
        {"id":"a","object":"response","created_at":7,"status":"completed","model":"m","output":[{"type":"message",
        "role":"assistant","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],
        "usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}
        """,
        .anthropicMessages: """
        {"id":"a","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello"}],
        "stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}
        """,
        .gemini: """
        {"responseId":"a","modelVersion":"m","candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}],
        "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}
        """,
        .ollamaChat: """
        {"model":"m","message":{"role":"assistant","content":"Hello"},"done":true,"done_reason":"stop",\
        "prompt_eval_count":3,"eval_count":2}
        """,
    ]

    private static let streams: [WireFormat: String] = [
        .openAIChat: """
        : wait

        data: {"id":"a","created":7,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}

        data: {"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}

        data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

        data: [DONE]


        """,
        .openAIResponses: """
        event: response.created
        data: {"type":"response.created","response":{"id":"a","created_at":7,"model":"m","status":"in_progress"}}

        event: response.output_item.added
        data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","output_index":0,"delta":"Hel"}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","output_index":0,"delta":"lo"}

        event: response.completed
        data: {"type":"response.completed","response":{"id":"a","status":"completed","output":[],"usage":{"input_tokens":3,"output_tokens":2}}}


        """,
        .anthropicMessages: """
        event: message_start
        data: {"type":"message_start","message":{"id":"a","model":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}


        """,
        .gemini: """
        data: {"responseId":"a","modelVersion":"m","candidates":[{"content":{"parts":[{"text":"Hel"}]}}]}

        data: {"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}
        """,
        .ollamaChat: """
        {"model":"m","message":{"role":"assistant","content":"Hel"},"done":false}
        {"model":"m","message":{"role":"assistant","content":"lo"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}
        """,
    ]

    private static func relay(from wire: WireFormat, stream: Bool) throws -> any AnswerRelay {
        let body = """
            {"model":"m","stream":\(stream),"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"q"}]}
            """
        let asked = try OpenAIChat.understand(Array(body.utf8))
        return try OpenAIChat.call(asked, to: target(wire)).relay
    }

    @Test("A whole answer becomes a stream: role, content, finish, usage, end mark", arguments: WireFormat.conversing)
    func wholeForStream(wire: WireFormat) throws {
        let bytes = Array(try #require(Self.whole[wire]).utf8)
        for cut in stride(from: 0, through: bytes.count, by: 41) {
            var relay = try Self.relay(from: wire, stream: true)
            let output = try relay.feed(Array(bytes[..<cut])) + relay.feed(Array(bytes[cut...])) + relay.finish()
            let lines = String(decoding: output, as: UTF8.self).split(separator: "\n\n").map { String($0) }
            #expect(lines.last == "data: [DONE]")
            #expect(lines.allSatisfy { $0.hasPrefix("data: ") })
            let chunks = try lines.dropLast().map { try parsed(String($0.dropFirst(6))) }
            let id = wire == .ollamaChat ? "chatcmpl-a" : "a"
            #expect(
                chunks.allSatisfy { $0["object"]?.string == "chat.completion.chunk" && $0["id"]?.string == id })
            let choices = chunks.compactMap { $0["choices"]?[0] }
            #expect(choices.first?["delta"]?["role"]?.string == "assistant")
            #expect(choices.compactMap { $0["delta"]?["content"]?.string }.joined() == "Hello")
            #expect(choices.compactMap { $0["finish_reason"]?.string } == ["stop"])
            #expect(chunks.compactMap { $0["usage"]?["total_tokens"]?.int } == [5])
            #expect(relay.summary.hasFirstToken && relay.summary.finish == .stop)
            #expect(relay.summary.usage == Usage(promptTokens: 3, completionTokens: 2))
        }
    }

    @Test("A stream becomes a whole answer", arguments: WireFormat.conversing)
    func streamForWhole(wire: WireFormat) throws {
        var relay = try Self.relay(from: wire, stream: false)
        let answer = try JSONValue.parse(try relay.whole(Array(try #require(Self.streams[wire]).utf8)))
        #expect(answer["object"]?.string == "chat.completion")
        #expect(answer["choices"]?[0]?["message"]?["content"]?.string == "Hello")
        #expect(answer["choices"]?[0]?["finish_reason"]?.string == "stop")
        #expect(answer["usage"]?["total_tokens"]?.int == 5)
        #expect(relay.summary.finish == .stop && relay.summary.usage?.totalTokens == 5)
    }

    @Test("A stream that was cut is no whole answer", arguments: WireFormat.conversing)
    func cutStream(wire: WireFormat) throws {
        let text = try #require(Self.streams[wire])
        let end = try #require(text.firstRange(of: wire == .openAIChat ? #""finish"# : "lo")).lowerBound
        var relay = try Self.relay(from: wire, stream: false)
        #expect {
            _ = try relay.whole(Array(text[..<end].utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("An error in a stream that stands for a whole answer is that error")
    func errorInside() throws {
        var relay = try Self.relay(from: .openAIChat, stream: false)
        let text =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n"
        #expect {
            _ = try relay.whole(Array(text.utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == .overloaded }
    }

    @Test("Usage is told only to callers that asked")
    func unasked() throws {
        var relay = ChatPassThrough(includeUsage: false, model: "m", id: "a", created: 7)
        let whole = Array(try #require(Self.whole[.openAIChat]).utf8)
        let output = String(decoding: try relay.feed(whole) + relay.finish(), as: UTF8.self)
        #expect(!output.contains("usage"))
        #expect(relay.summary.usage?.totalTokens == 5)
    }

    @Test("Gemini's array of answers is one answer")
    func geminiArray() throws {
        let text = """
            [{"responseId":"a","candidates":[{"content":{"parts":[{"text":"Hel"}]}}]}
            ,
            {"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}]}]
            """
        var relay = try Self.relay(from: .gemini, stream: false)
        let answer = try JSONValue.parse(try relay.whole(Array(text.utf8)))
        #expect(answer["choices"]?[0]?["message"]?["content"]?.string == "Hello")
    }
}
