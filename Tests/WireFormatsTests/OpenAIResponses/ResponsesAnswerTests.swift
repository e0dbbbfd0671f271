import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Answers as Responses")
struct ResponsesAnswerTests {
    static let everything: [ModelEvent] = [
        .start(id: "chatcmpl-1", model: "big", created: 9), .thinking(choice: 0, "hm"), .thinking(choice: 0, " so"),
        .thinkingSignature(choice: 0, "sig=="), .redactedThinking(choice: 0, "opaque"), .text(choice: 0, "Hel"),
        .logprobs(choice: 0, RawJSON(#"{"content":[{"token":"Hel","logprob":-0.5,"bytes":[72],"top_logprobs":[]}]}"#)),
        .text(choice: 0, "lo"),
        .citations(
            choice: 0,
            RawJSON(
                #"[{"type":"url_citation","url_citation":{"url":"https://x","title":"t","start_index":0,"end_index":2}}]"#
            )),
        .refusal(choice: 0, "no"), .toolCall(choice: 0, index: 0, id: "c1", name: "f", signature: nil),
        .toolCall(choice: 0, index: 1, id: "c2", name: "g", signature: "ts"),
        .toolArguments(choice: 0, index: 0, "{\"a\""),
        .toolArguments(choice: 0, index: 1, "{}"), .toolArguments(choice: 0, index: 0, ":1}"),
        .finish(choice: 0, .toolCalls),
        .usage(Usage(promptTokens: 9, completionTokens: 5, cachedTokens: 3, reasoningTokens: 2)),
    ]

    private func stream(_ events: [ModelEvent]) throws -> [UInt8] {
        var writer = try responsesWriter()
        return events.flatMap { writer.stream([$0]) } + writer.end()
    }

    @Test("A whole answer has an item for each block, in order")
    func whole() throws {
        var writer = try responsesWriter()
        let answer = try JSONValue.parse(writer.whole(Self.everything))
        #expect(answer["id"]?.string == "resp_chatcmpl-1" && answer["object"]?.string == "response")
        #expect(answer["model"]?.string == "big" && answer["created_at"]?.int == 9)
        #expect(answer["status"]?.string == "completed" && answer["store"]?.bool == false)
        let output = try #require(answer["output"]).elements.map { RawJSON($0.raw).text }
        #expect(
            output == [
                #"{"id":"rs_a_0","type":"reasoning","summary":[{"type":"summary_text","text":"hm so"}],"encrypted_content":"sig==","status":"completed"}"#,
                #"{"id":"rs_a_1","type":"reasoning","summary":[],"encrypted_content":"gw.redacted.opaque","status":"completed"}"#,
                #"{"id":"msg_a_2","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","annotations":[{"type":"url_citation","url":"https://x","title":"t","start_index":0,"end_index":2}],"logprobs":[{"token":"Hel","logprob":-0.5,"bytes":[72],"top_logprobs":[]}],"text":"Hello"},{"type":"refusal","refusal":"no"}]}"#,
                #"{"id":"fc_a_3","type":"function_call","status":"completed","arguments":"{\"a\":1}","call_id":"c1","name":"f"}"#,
                #"{"id":"rs_a_4","type":"reasoning","summary":[],"encrypted_content":"gw.call.ts","status":"completed"}"#,
                #"{"id":"fc_a_5","type":"function_call","status":"completed","arguments":"{}","call_id":"c2","name":"g"}"#,
            ])
        #expect(
            RawJSON(try #require(answer["usage"]).raw).text
                == #"{"input_tokens":9,"input_tokens_details":{"cached_tokens":3},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":14}"#
        )
    }

    @Test("A stream tells each item from its beginning to its end, and its last event is the whole answer")
    func streamed() throws {
        let told = try ResponsesStream(try stream(Self.everything))
        #expect(told.agrees())
        var writer = try responsesWriter()
        let whole = writer.whole(Self.everything)
        #expect(told.last?.raw == whole)
        let mayRepeat = told.types.filter { !$0.hasSuffix(".delta") }
        #expect(
            Array(mayRepeat.prefix(10)) == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.reasoning_summary_part.added", "response.reasoning_summary_text.done",
                "response.reasoning_summary_part.done", "response.output_item.done", "response.output_item.added",
                "response.output_item.done", "response.output_item.added",
            ])
        for type in [
            "response.content_part.added", "response.output_text.delta", "response.output_text.done",
            "response.output_text.annotation.added", "response.content_part.done", "response.refusal.delta",
            "response.refusal.done", "response.function_call_arguments.delta", "response.function_call_arguments.done",
        ] {
            #expect(told.types.contains(type), "\(type)")
        }
        #expect(told.types.last == "response.completed")
        let delta = try #require(told.events.first { $0["type"]?.string == "response.output_text.delta" })
        #expect(delta["item_id"]?.string == "msg_a_2" && delta["content_index"]?.int == 0 && delta["logprobs"] != nil)
    }

    @Test("Probabilities that come with their text are told with it")
    func logprobs() throws {
        var writer = try responsesWriter()
        let told = try ResponsesStream(writer.stream(Array(Self.everything[5...6])) + writer.end())
        let delta = try #require(told.events.first { $0["type"]?.string == "response.output_text.delta" })
        #expect(delta["logprobs"]?[0]?["token"]?.string == "Hel")
    }

    @Test(
        "Only success is called completed",
        arguments: [
            (FinishReason.stop, "completed", nil), (.toolCalls, "completed", nil),
            (.length, "incomplete", "max_output_tokens"), (.pause, "incomplete", "max_output_tokens"),
            (.contentFilter, "incomplete", "content_filter"), (.refusal, "incomplete", "content_filter"),
            (.other("weird"), "incomplete", "weird"), (.error("boom"), "failed", nil),
        ])
    func endings(reason: FinishReason, status: String, why: String?) throws {
        let events: [ModelEvent] = [.text(choice: 0, "x"), .finish(choice: 0, reason)]
        let told = try ResponsesStream(try stream(events))
        #expect(told.types.last == "response.\(status)" && told.agrees())
        #expect(told.last?["incomplete_details"]?["reason"]?.string == why)
        #expect(told.last?["output"]?[0]?["status"]?.string == (status == "completed" ? "completed" : "incomplete"))
        #expect((told.last?["error"]?["message"]?.string == "boom") == (status == "failed"))
    }

    @Test("What was asked is told back, and every member that the schema demands is there")
    func envelope() throws {
        var writer = try responsesWriter(
            #""input":"q","instructions":"be brief","tools":[{"type":"function","name":"f"}],"temperature":0.3,"metadata":{"a":"b"},"text":{"verbosity":"low"}"#
        )
        let answer = try JSONValue.parse(writer.whole([.text(choice: 0, "x"), .finish(choice: 0, .stop)]))
        #expect(answer["instructions"]?.string == "be brief" && answer["temperature"]?.double == 0.3)
        #expect(answer["tools"]?[0]?["name"]?.string == "f" && answer["metadata"]?["a"]?.string == "b")
        #expect(answer["tools"]?[0]?["strict"]?.bool == false && answer["tools"]?[0]?["parameters"]?.isNull == true)
        #expect(answer["text"]?["format"]?["type"]?.string == "text" && answer["text"]?["verbosity"]?.string == "low")
        for key in [
            "id", "object", "created_at", "status", "background", "completed_at", "error", "incomplete_details",
            "instructions", "max_output_tokens", "max_tool_calls", "model", "output", "parallel_tool_calls",
            "presence_penalty", "frequency_penalty", "previous_response_id", "prompt_cache_key", "reasoning",
            "safety_identifier", "service_tier", "store", "temperature", "text", "tool_choice", "tools", "top_logprobs",
            "top_p", "truncation", "usage", "user", "metadata",
        ] {
            #expect(answer[key] != nil, "\(key)")
        }
    }

    @Test("An error inside a stream goes on counting, in the event's own shape and in the one the SDKs raise")
    func failure() throws {
        var writer = try responsesWriter()
        let said = writer.stream([.text(choice: 0, "x")])
        let error = GatewayError.upstream(UpstreamFailure(.rateLimit, status: 429, message: "slow down"))
        let end = writer.streamError(error, requestID: "r")
        let told = try ResponsesStream(said + (try #require(end)))
        #expect(told.types.suffix(2) == ["error", "response.failed"])
        let event = told.events[told.events.count - 2]
        #expect(event["code"]?.string == "rate_limit_exceeded" && event["message"]?.string == error.message)
        #expect(event["error"]?["message"]?.string == error.message)
        #expect(told.last?["error"]?["code"]?.string == "rate_limit_exceeded")
        #expect(told.last?["output"]?[0]?["status"]?.string == "incomplete")
    }

    @Test("What a caller wrote over several lines is one line in an event")
    func lines() throws {
        var writer = try responsesWriter("\"input\":\"q\",\"tools\":[\n{\"type\":\"function\",\n\"name\":\"f\"}]")
        let told = try ResponsesStream(
            writer.stream([.text(choice: 0, "a\nb"), .finish(choice: 0, .stop)]) + writer.end())
        #expect(told.agrees() && told.last?["tools"]?[0]?["name"]?.string == "f")
        #expect(told.last?["output"]?[0]?["content"]?[0]?["text"]?.string == "a\nb")
    }

    @Test("Sources of other formats become annotations")
    func annotations() {
        func read(_ text: String) -> [String] {
            ResponsesAnnotations.annotations(RawJSON(text), at: 4).compactMap {
                (try? JSONValue.parse($0.bytes))?["url"]?.string
            }
        }
        #expect(read(#"["https://a"]"#) == ["https://a"])
        #expect(read(#"[{"url":"https://a","title":"t"}]"#) == ["https://a"])
        #expect(read(#"[{"groundingChunks":[{"web":{"uri":"https://a"}}]}]"#).isEmpty)  // its pages stand before it
        #expect(read(#"[{"type":"url_citation","url":"https://a","start_index":0,"end_index":1}]"#) == ["https://a"])
        #expect(read(#"{"not":"a list"}"#).isEmpty && read(#"[5, null, {}]"#).isEmpty)
    }
}
