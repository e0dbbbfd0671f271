import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Answers written for Gemini's clients")
struct GeminiAnswerWriterTests {
    private static func writer(_ config: String = "{}", query: String? = "alt=sse") throws -> GeminiAnswerWriter {
        let body = #"{"contents":[{"parts":[{"text":"q"}]}],"generationConfig":\#(config)}"#
        return GeminiAnswerWriter(
            try Gemini.asked(body, query: query), from: target(.openAIChat, model: "gpt", id: "i"))
    }

    /// What Gemini's own reader makes of it, whole and in a stream, whatever pieces the events come in.
    private static func told(_ events: [ModelEvent], config: String = "{}") throws -> UpstreamReading {
        var whole = try writer(config)
        let answer = try JSONValue.parse(whole.whole(events))
        let told = UpstreamReading(try GeminiUpstream.events(of: answer))
        for batches in [events.map { [$0] }, [events]] {
            var writer = try writer(config)
            var stream: [UInt8] = []
            for batch in batches { stream += writer.stream(batch) }
            let chunks = try geminiChunks(stream + writer.end())
            #expect(chunks.allSatisfy { $0["modelVersion"] != nil && $0["responseId"] != nil })
            var reader = GeminiChunkReader()
            #expect(UpstreamReading(try chunks.flatMap { try reader.read($0) }) == told)
            #expect(chunks.dropLast().allSatisfy { $0["candidates"]?[0]?["finishReason"] == nil })
        }
        return told
    }

    private static let call: [ModelEvent] = [
        .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
        .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: "call's own"),
        .toolArguments(choice: 0, index: 1, #"{"b":"#), .toolArguments(choice: 0, index: 0, #"{"a":"}"#),
        .toolArguments(choice: 0, index: 0, #""}"#), .toolArguments(choice: 0, index: 1, "2}"),
    ]

    @Test("Text, thoughts, interleaved calls, finish and usage")
    func everything() throws {
        var told = try Self.told(
            [
                .start(id: "chatcmpl-1", model: "gpt-x", created: 5), .thinking(choice: 0, "h"),
                .thinking(choice: 0, "m"),
                .thinkingSignature(choice: 0, "SIG="), .text(choice: 0, "Hel"), .text(choice: 0, "lo"),
            ] + Self.call + [
                .finish(choice: 0, .toolCalls),
                .usage(Usage(promptTokens: 10, completionTokens: 4, cachedTokens: 3, reasoningTokens: 1)),
            ])
        #expect(told.thinking == "hm" && told.texts == [0: "Hello"] && told.finishes == [0: .toolCalls])
        #expect(told.signatures.map { GeminiThoughtSignature($0) } == [.thinking("SIG=")])
        #expect(told.calls.map(\.name) == ["f", "g"] && told.calls.map(\.id) == ["a", "b"])
        #expect(told.calls.map(\.arguments) == [#"{"a":"}"}"#, #"{"b":2}"#])
        #expect(told.calls[1].signature.map { GeminiThoughtSignature($0) } == .call("call's own"))
        told.usage?.cacheWriteTokens = nil
        #expect(told.usage == Usage(promptTokens: 10, completionTokens: 4, cachedTokens: 3, reasoningTokens: 1))
    }

    @Test("A call is told whole before what is said after it")
    func order() throws {
        var writer = try Self.writer()
        var stream = writer.stream(Self.call)
        #expect(stream.isEmpty)
        stream = writer.stream([.text(choice: 0, "after")])
        let parts = try #require(try geminiChunks(stream)[0]["candidates"]?[0]?["content"]?["parts"])
        #expect(
            parts.elements.map { $0["functionCall"]?["name"]?.string ?? $0["text"]?.string } == ["f", "g", "after"])
    }

    @Test("Arguments of several lines stay in their record, and a call after the finish is told")
    func lines() throws {
        let told = try Self.told([
            .finish(choice: 0, .toolCalls), .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
            .toolArguments(choice: 0, index: 0, "{\n  \"a\": \"x\\n\"\n}"),
        ])
        #expect(told.calls.map(\.arguments) == [#"{"a":"x\n"}"#])
    }

    @Test("Arguments that a length limit cut are none, and the finish tells")
    func cut() throws {
        let told = try Self.told(Array(Self.call.dropLast()) + [.finish(choice: 0, .length)])
        #expect(told.calls.map(\.arguments) == [#"{"a":"}"}"#, "{}"] && told.finishes == [0: .length])
    }

    @Test("Thoughts that the caller does not want come back with the next turn all the same")
    func hidden() throws {
        let told = try Self.told(
            [.thinking(choice: 0, "hm"), .thinkingSignature(choice: 0, "SIG="), .text(choice: 0, "x")]
                + [.finish(choice: 0, .stop)], config: #"{"thinkingConfig":{"includeThoughts":false}}"#)
        #expect(told.thinking.isEmpty && told.texts == [0: "x"])
        let signature = try #require(told.signatures.first)
        #expect(GeminiThoughtSignature(signature) == .hiddenThinking(text: "hm", signature: "SIG="))
        let next = try Gemini.conversation(
            of: #"{"contents":[{"role":"model","parts":[{"text":"x","thoughtSignature":"\#(signature)"}]}]}"#)
        #expect(next.messages[0].content == [.thinking(Thinking(text: "hm", signature: "SIG=")), .text("x")])
    }

    @Test("Redacted thinking comes back as it was")
    func redacted() throws {
        let told = try Self.told([
            .redactedThinking(choice: 0, "RED="), .text(choice: 0, "x"), .finish(choice: 0, .stop),
        ])
        let signature = try #require(told.signatures.first)
        let next = try Gemini.conversation(
            of: """
                {"contents":[{"role":"model","parts":[{"text":"","thought":true,"thoughtSignature":"\(signature)"},
                {"text":"x"}]}]}
                """)
        #expect(next.messages[0].content == [.thinking(Thinking(text: "", redacted: "RED=")), .text("x")])
    }

    @Test("Several candidates keep their places")
    func candidates() throws {
        let told = try Self.told([
            .text(choice: 1, "b"), .text(choice: 0, "a"), .finish(choice: 1, .length), .finish(choice: 0, .stop),
        ])
        #expect(told.texts == [0: "a", 1: "b"] && told.finishes == [0: .stop, 1: .length])
    }

    @Test(
        "Every finish reason in Gemini's words",
        arguments: [
            (FinishReason.stop, "STOP", ""), (.toolCalls, "STOP", ""), (.length, "MAX_TOKENS", ""),
            (.contentFilter, "SAFETY", ""), (.refusal, "SAFETY", "The model declined to answer."),
            (.error("boom"), "OTHER", "boom"), (.other("RECITATION"), "RECITATION", ""),
            (.other("odd"), "OTHER", "odd"),
        ])
    func finish(reason: FinishReason, word: String, message: String) throws {
        var writer = try Self.writer()
        let answer = try JSONValue.parse(writer.whole([.finish(choice: 0, reason)]))
        #expect(answer["candidates"]?[0]?["finishReason"]?.string == word)
        #expect(answer["candidates"]?[0]?["finishMessage"]?.string ?? "" == message)
    }

    @Test("A refusal of OpenAI's is no success")
    func refusal() throws {
        for (reason, word) in [(FinishReason.stop, "SAFETY"), (.length, "MAX_TOKENS")] {
            var writer = try Self.writer()
            let events = [ModelEvent.refusal(choice: 0, "I cannot."), .finish(choice: 0, reason)]
            let candidate = try #require(try JSONValue.parse(writer.whole(events))["candidates"]?[0])
            #expect(candidate["finishReason"]?.string == word)
            #expect(candidate["content"]?["parts"]?[0]?["text"]?.string == "I cannot.")
        }
    }

    @Test("Citations become grounding, logprobs Gemini's result")
    func details() throws {
        let citation = """
            [{"type":"url_citation","url_citation":{"url":"https://e.com","title":"t","start_index":0,"end_index":1}},
            "https://plain.example",{"type":"char_location","document_title":"d","cited_text":"c"}]
            """
        let logprobs = """
            {"content":[{"token":"x","logprob":-0.50,"bytes":[120],"top_logprobs":[{"token":"y","logprob":-1,"bytes":null}]}]}
            """
        var writer = try Self.writer()
        let answer = try JSONValue.parse(
            writer.whole([
                .text(choice: 0, "x"), .citations(choice: 0, RawJSON(citation)),
                .logprobs(choice: 0, RawJSON(logprobs)),
                .finish(choice: 0, .stop),
            ]))
        let candidate = try #require(answer["candidates"]?[0])
        #expect(
            candidate["groundingMetadata"]?["groundingChunks"]?.compactText
                == """
                [{"web":{"uri":"https://e.com","title":"t"}},{"web":{"uri":"https://plain.example"}},\
                {"retrievedContext":{"title":"d","text":"c"}}]
                """
        )
        #expect(
            candidate["groundingMetadata"]?["groundingSupports"]?.compactText
                == """
                [{"segment":{"startIndex":0,"endIndex":1,"text":"x"},"groundingChunkIndices":[0]},\
                {"segment":{"text":"c"},"groundingChunkIndices":[2]}]
                """
        )
        #expect(
            candidate["logprobsResult"]?.compactText
                == """
                {"topCandidates":[{"candidates":[{"token":"y","logProbability":-1}]}],\
                "chosenCandidates":[{"token":"x","logProbability":-0.50}]}
                """
        )
    }

    @Test("Without alt=sse the chunks and an error are the elements of one array")
    func array() throws {
        var writer = try Self.writer(query: nil)
        let begun = writer.stream([.text(choice: 0, "a")])
        var broken = writer
        let error = GatewayError.upstream(UpstreamFailure(.overloaded, message: "busy"))
        let told = try JSONValue.parse(begun + (broken.streamError(error, requestID: "r") ?? []) + Array("]".utf8))
        #expect(told.count == 2 && told[1]?["error"]?["status"]?.string == "UNAVAILABLE")
        let rest = writer.stream([.text(choice: 0, "b"), .finish(choice: 0, .stop)]) + writer.end()
        #expect(try JSONValue.parse(begun + rest).count == 3)
    }

    @Test("Errors say code, status, field and wait")
    func errors() throws {
        let wrong = try JSONValue.parse(Gemini.errorBody(ChatRequestCheck.wrong("contents", "a list"), requestID: "r"))
        #expect(wrong["error"]?["code"]?.int == 400 && wrong["error"]?["status"]?.string == "INVALID_ARGUMENT")
        #expect(wrong["error"]?["details"]?[1]?["fieldViolations"]?[0]?["field"]?.string == "contents")
        var failure = UpstreamFailure(.rateLimit, status: 429, message: "slow")
        failure.retryAfter = .seconds(7)
        let limited = GeminiUpstream.failure(
            status: 429, body: Gemini.errorBody(.upstream(failure), requestID: "r"))
        #expect(limited.kind == .rateLimit && limited.retryAfter == .seconds(7))
    }
}
