import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Answers written as messages")
struct AnthropicAnswerWriterTests {
    private static func writer() throws -> AnthropicAnswerWriter {
        let body = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"12345678"}]}"#
        return AnthropicAnswerWriter(
            try AnthropicMessages.understand(Array(body.utf8)), from: target(.openAIChat, model: "gpt"))
    }

    private static func stream(_ batches: [[ModelEvent]]) throws -> AnthropicTranscript {
        var writer = try writer()
        var output: [UInt8] = []
        for events in batches { output += writer.stream(events) }
        return try AnthropicTranscript(stream: output + writer.end())
    }

    /// What is said both ways: in a stream in any grouping of the events, and whole.
    private static func told(_ events: [ModelEvent]) throws -> AnthropicTranscript {
        let told = try stream(events.map { [$0] })
        #expect(try stream([events]) == told)
        var writer = try writer()
        #expect(try AnthropicTranscript(whole: writer.whole(events)) == told)
        return told
    }

    @Test("Text, thinking, calls and their signatures become blocks in order")
    func blocks() throws {
        let told = try Self.told([
            .start(id: "chatcmpl-1", model: "gpt-x", created: 5), .thinking(choice: 0, "h"), .thinking(choice: 0, "m"),
            .thinkingSignature(choice: 0, "SIG="), .redactedThinking(choice: 0, "RED="), .text(choice: 0, "Hel"),
            .text(choice: 0, "lo"), .toolCall(choice: 0, index: 0, id: "a:1", name: "f", signature: nil),
            .toolArguments(choice: 0, index: 0, #"{"a":"}"#), .toolArguments(choice: 0, index: 0, #""}"#),
            .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: "CALLSIG"),
            .toolArguments(choice: 0, index: 1, "{}"), .finish(choice: 0, .toolCalls),
            .usage(
                Usage(promptTokens: 10, completionTokens: 4, cachedTokens: 3, cacheWriteTokens: 2, reasoningTokens: 1)),
        ])
        #expect(
            told.blocks == [
                "thinking hm SIG=", "redacted RED=", "text Hello", #"call hex_613a31 f {"a":"}"}"#, "thinking  CALLSIG",
                "call b g {}",
            ])
        #expect(told.id == "msg_a" && told.model == "gpt-x" && told.stopReason == "tool_use")
        #expect(
            told.usage == [
                "input_tokens": 5, "cache_creation_input_tokens": 2, "cache_read_input_tokens": 3,
                "output_tokens": 4,
            ])
    }

    @Test("Every member that the schema demands is there, null where only Anthropic could tell")
    func schema() throws {
        var writer = try Self.writer()
        let answer = try JSONValue.parse(
            writer.whole([
                .text(choice: 0, "x"), .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
                .toolArguments(choice: 0, index: 0, "{}"), .finish(choice: 0, .toolCalls),
            ]))
        for name in ["stop_sequence", "stop_details", "container"] { #expect(answer[name]?.isNull == true) }
        for name in [
            "cache_creation", "cache_creation_input_tokens", "cache_read_input_tokens", "inference_geo",
            "output_tokens_details", "server_tool_use", "service_tier",
        ] { #expect(answer["usage"]?[name]?.isNull == true) }
        #expect(answer["content"]?[0]?["citations"]?.isNull == true)
        #expect(answer["content"]?[1]?["caller"]?["type"]?.string == "direct")
    }

    @Test("Calls that come interleaved come out one after the other, the first as it comes")
    func interleaved() throws {
        let events: [ModelEvent] = [
            .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
            .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: nil),
            .toolArguments(choice: 0, index: 0, #"{"a""#), .toolArguments(choice: 0, index: 1, #"{"b""#),
            .toolArguments(choice: 0, index: 0, ":1}"), .toolArguments(choice: 0, index: 1, ":2}"),
            .text(choice: 0, "after"), .finish(choice: 0, .toolCalls),
        ]
        #expect(try Self.told(events).blocks == [#"call a f {"a":1}"#, #"call b g {"b":2}"#, "text after"])
        var writer = try Self.writer()
        #expect(String(decoding: writer.stream(Array(events.prefix(3))), as: UTF8.self).contains(#""{\"a\"""#))
        #expect(String(decoding: writer.stream(Array(events[3...4])), as: UTF8.self).contains(#""name":"g""#))
    }

    @Test("Arguments cut by a length limit stay a string in a stream, and are empty in a whole answer")
    func cutArguments() throws {
        let events: [ModelEvent] = [
            .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
            .toolArguments(choice: 0, index: 0, #"{"a":"b"#), .finish(choice: 0, .length),
        ]
        let streamed = try Self.stream([events])
        #expect(streamed.blocks == [#"call a f {"a":"b"#] && streamed.stopReason == "max_tokens")
        var writer = try Self.writer()
        let whole = try AnthropicTranscript(whole: writer.whole(events))
        #expect(whole.blocks == ["call a f {}"] && whole.stopReason == "max_tokens")
    }

    @Test("A signature without thinking before it stands alone")
    func loneSignature() throws {
        let told = try Self.told([
            .text(choice: 0, "x"), .thinkingSignature(choice: 0, "S"), .thinkingSignature(choice: 0, "T"),
            .thinking(choice: 0, "y"), .finish(choice: 0, .stop),
        ])
        #expect(told.blocks == ["text x", "thinking  S", "thinking  T", "thinking y "])
    }

    @Test(
        "Every finish reason has its word",
        arguments: [
            (FinishReason.stop, "end_turn"), (.length, "max_tokens"), (.toolCalls, "tool_use"),
            (.contentFilter, "refusal"), (.refusal, "refusal"), (.pause, "pause_turn"),
            (.error("MALFORMED_FUNCTION_CALL"), "MALFORMED_FUNCTION_CALL"), (.other("guardrail"), "guardrail"),
        ])
    func finish(reason: FinishReason, word: String) throws {
        #expect(try Self.told([.text(choice: 0, "x"), .finish(choice: 0, reason)]).stopReason == word)
    }

    @Test("A refusal in words is text, and no success")
    func refusal() throws {
        let told = try Self.told([.refusal(choice: 0, "I can't."), .finish(choice: 0, .stop)])
        #expect(told.blocks == ["text I can't."] && told.stopReason == "refusal")
    }

    @Test("Where the provider does not count, the gateway's estimate stands; counts told early are told at once")
    func usage() throws {
        let silent = try Self.told([.text(choice: 0, "12345"), .finish(choice: 0, .stop)])
        #expect(silent.usage == ["input_tokens": 6, "output_tokens": 2])
        var writer = try Self.writer()
        let start = String(
            decoding: writer.stream([.start(id: nil, model: nil, created: nil), .usage(Usage(promptTokens: 77))]),
            as: UTF8.self)
        #expect(start.contains(#""input_tokens":77"#) && start.contains(#""model":"gpt""#))
    }

    @Test("Citations of others become pages on the web; what has no place is told")
    func citations() throws {
        let lists = [
            #"[{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A"}}]"#,
            #"["https://b.example"]"#, #"[{"uri":"https://c.example","title":"C"}]"#,
            #"[{"groundingChunks":[{"web":{"uri":"https://c.example"}}]}]"#,  // its pages stand before it
            #"[{"type":"char_location","cited_text":"x","document_index":0}]"#,
        ]
        let told = try Self.told(
            [.text(choice: 0, "x")] + lists.map { .citations(choice: 0, RawJSON($0)) } + [.finish(choice: 0, .stop)])
        #expect(told.blocks == ["text x https://a.example https://b.example https://c.example char_location"])
        #expect(AnthropicAnswerWriter.leftOut(of: .citations(choice: 0, RawJSON("[{}]"))) == "citations")
        #expect(AnthropicAnswerWriter.leftOut(of: .logprobs(choice: 0, RawJSON("{}"))) == "logprobs")
    }

    @Test("An answer without a word is an empty message")
    func empty() throws {
        let told = try Self.told([.start(id: "msg_own", model: "m", created: nil), .finish(choice: 0, .stop)])
        #expect(told.blocks.isEmpty && told.id == "msg_own" && told.stopReason == "end_turn")
    }
}
