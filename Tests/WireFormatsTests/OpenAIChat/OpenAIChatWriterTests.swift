import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("Writing chat completions")
struct OpenAIChatWriterTests {
    @Test("A stream has a role chunk, deltas, a finish, usage and the end mark")
    func stream() {
        var writer = ChatAnswerWriter(includeUsage: true, model: "m", id: "chatcmpl-1", created: 5)
        var output = writer.stream([.start(id: nil, model: "up", created: nil), .text(choice: 0, "Hi \"")])
        output += writer.stream([
            .finish(choice: 0, .stop), .usage(Usage(promptTokens: 1, completionTokens: 2, cachedTokens: 1)),
        ])
        output += writer.end()
        let head = #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":5,"model":"up","choices":["#
        let tail = "],\"usage\":null}\n\n"
        let role =
            #"{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}"#
        let text = #"{"index":0,"delta":{"content":"Hi \""},"logprobs":null,"finish_reason":null}"#
        let finish = #"{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}"#
        let usage =
            #"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":1}}"#
        #expect(
            String(decoding: output, as: UTF8.self)
                == head + role + tail + head + text + tail + head + finish + tail + head + "],\"usage\":\(usage)}\n\n"
                + "data: [DONE]\n\n")
    }

    @Test("Usage is told only to those who asked")
    func usageUnasked() {
        var writer = ChatAnswerWriter(includeUsage: false, model: "m", id: "i", created: 5)
        var output = writer.stream([.text(choice: 0, "a"), .usage(Usage(promptTokens: 1)), .finish(choice: 0, .stop)])
        output += writer.end()
        let text = String(decoding: output, as: UTF8.self)
        #expect(!text.contains("usage"))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test("A whole answer has every field its schema requires")
    func whole() throws {
        var writer = ChatAnswerWriter(includeUsage: false, model: "m", id: "i", created: 5)
        let body = writer.whole([
            .thinking(choice: 0, "hm"), .thinkingSignature(choice: 0, "s"), .redactedThinking(choice: 0, "r"),
            .toolCall(choice: 0, index: 0, id: "c", name: "f", signature: "t"),
            .toolArguments(choice: 0, index: 0, "{\"a\":"), .toolArguments(choice: 0, index: 0, "1}"),
            .finish(choice: 0, .toolCalls), .usage(Usage(promptTokens: 3, completionTokens: 4, reasoningTokens: 0)),
        ])
        let message =
            #"{"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","reasoning_details":["#
            + #"{"type":"reasoning.text","text":"hm","signature":"s","index":0},{"type":"reasoning.encrypted","data":"r","index":1}],"#
            + #""tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"#
            + #""extra_content":{"google":{"thought_signature":"t"}}}]}"#
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"id":"i","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":\#(message),"#
                + #""logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"#
                + #""total_tokens":7,"completion_tokens_details":{"reasoning_tokens":0}}}"#)
    }

    @Test("Only success is called stop")
    func finishReasons() throws {
        let reasons: [(FinishReason, String)] = [
            (.stop, "stop"), (.length, "length"), (.toolCalls, "tool_calls"), (.contentFilter, "content_filter"),
            (.refusal, "content_filter"), (.pause, "length"), (.error("MALFORMED"), "error"), (.other("odd"), "odd"),
        ]
        for (reason, word) in reasons {
            var writer = ChatAnswerWriter(includeUsage: false, model: "m", id: "i", created: 5)
            let body = writer.whole([.text(choice: 0, "x"), .finish(choice: 0, reason)])
            let answer = try JSONValue.parse(body)
            #expect(answer["choices"]?[0]?["finish_reason"]?.string == word)
            // What OpenAI has no word for is still told apart by a reader that knows where to look.
            #expect(try OpenAIChatUpstream.events(of: answer).contains(.finish(choice: 0, reason)))
        }
    }

    @Test("Events read back from what was written are the events, whole and streamed")
    func roundTrip() throws {
        let events: [ModelEvent] = [
            .start(id: "i", model: "m", created: 5), .thinking(choice: 0, "let me see"),
            .thinkingSignature(choice: 0, "sig=="), .text(choice: 0, "größer 🐝\n"), .refusal(choice: 0, "no"),
            .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
            .toolArguments(choice: 0, index: 0, "{}"),
            .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: "ts"),
            .toolArguments(choice: 0, index: 1, "[1,2]"), .finish(choice: 0, .toolCalls),
            .usage(
                Usage(promptTokens: 10, completionTokens: 5, cachedTokens: 4, cacheWriteTokens: 1, reasoningTokens: 2)),
        ]
        var writer = ChatAnswerWriter(includeUsage: true, model: "x", id: "y", created: 1)
        #expect(try OpenAIChatUpstream.events(of: try JSONValue.parse(writer.whole(events))) == events)

        var streaming = ChatAnswerWriter(includeUsage: true, model: "x", id: "y", created: 1)
        var stream: [UInt8] = []
        for event in events { stream += streaming.stream([event]) }
        stream += streaming.end()
        var decoder = SSEDecoder()
        var reader = ChatStreamReader()
        let read = try (try decoder.feed(stream)).flatMap { try #require(try reader.read($0)) }
        #expect(read == events)
    }

    @Test("Interleaved choices and calls keep their places")
    func interleaved() throws {
        var writer = ChatAnswerWriter(includeUsage: false, model: "x", id: "y", created: 1)
        let stream =
            writer.stream([
                .text(choice: 0, "a"), .text(choice: 1, "b"), .text(choice: 0, "c"),
                .toolCall(choice: 1, index: 0, id: "i", name: "f", signature: nil),
                .toolCall(choice: 1, index: 1, id: "j", name: "g", signature: nil),
                .toolArguments(choice: 1, index: 0, "{"), .toolArguments(choice: 1, index: 1, "["),
                .toolArguments(choice: 1, index: 0, "}"), .toolArguments(choice: 1, index: 1, "]"),
                .finish(choice: 0, .length), .finish(choice: 1, .toolCalls),
            ]) + writer.end()
        let transcript = try ChatTranscript(stream: stream)
        #expect(transcript.choices[0]?.text == "ac")
        #expect(transcript.choices[0]?.finish == "length")
        #expect(transcript.choices[1]?.text == "b")
        #expect(transcript.choices[1]?.callNames == ["f", "g"])
        #expect(transcript.choices[1]?.arguments == ["{}", "[]"])
        #expect(transcript.choices[1]?.finish == "tool_calls")
    }
}
