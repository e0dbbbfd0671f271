import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Answers of a Responses provider")
struct ResponsesUpstreamAnswerTests {
    static let whole = """
        {"id":"resp_1","object":"response","created_at":7,"status":"completed","error":null,"incomplete_details":null,
        "model":"m","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"},
        {"type":"summary_text","text":"so"}],"encrypted_content":"enc1"},{"type":"reasoning","id":"rs_2","summary":[],
        "encrypted_content":"enc2"},{"type":"web_search_call","id":"ws_1","status":"completed"},{"type":"message",
        "id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hello",
        "annotations":[{"type":"url_citation","url":"https://x","title":"t","start_index":0,"end_index":2}],"logprobs":[]},
        {"type":"refusal","refusal":"no"}]},{"type":"function_call","id":"fc_1","call_id":"c1","name":"f",
        "arguments":"{\\"a\\":1}","status":"completed"},{"type":"function_call","id":"fc_2","call_id":"c2","name":"g",
        "arguments":"","status":"completed"}],"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":3},
        "output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":14}}
        """

    static let events: [String] = [
        #"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"m","created_at":7,"status":"in_progress","output":[]}}"#,
        #"{"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_1","model":"m","created_at":7,"status":"in_progress","output":[]}}"#,
        #"{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}"#,
        #"{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0,"part":{}}"#,
        #"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"hm"}"#,
        #"{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":1,"part":{}}"#,
        #"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"so"}"#,
        #"{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"enc1"}}"#,
        #"{"type":"response.output_item.done","output_index":1,"item":{"type":"reasoning","summary":[],"encrypted_content":"enc2"}}"#,
        #"{"type":"response.output_item.added","output_index":2,"item":{"type":"web_search_call","id":"ws_1","status":"in_progress"}}"#,
        #"{"type":"response.web_search_call.searching","output_index":2,"item_id":"ws_1"}"#,
        #"{"type":"response.output_item.done","output_index":2,"item":{"type":"web_search_call","id":"ws_1","status":"completed"}}"#,
        #"{"type":"response.output_item.added","output_index":3,"item":{"type":"message","role":"assistant","content":[]}}"#,
        #"{"type":"response.output_text.delta","output_index":3,"content_index":0,"delta":"Hel","logprobs":[]}"#,
        #"{"type":"keepalive","sequence_number":99}"#,
        #"{"type":"response.output_text.delta","output_index":3,"content_index":0,"delta":"lo","obfuscation":"xx"}"#,
        #"{"type":"response.output_text.annotation.added","output_index":3,"annotation_index":0,"annotation":{"type":"url_citation","url":"https://x","title":"t","start_index":0,"end_index":2}}"#,
        #"{"type":"response.refusal.delta","output_index":3,"content_index":1,"delta":"no"}"#,
        #"{"type":"response.output_item.done","output_index":3,"item":{"type":"message","content":[{"type":"output_text","text":"Hello","annotations":[{"type":"url_citation","url":"https://x"}]}]}}"#,
        #"{"type":"response.output_item.added","output_index":4,"item":{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":""}}"#,
        #"{"type":"response.output_item.added","output_index":5,"item":{"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":""}}"#,
        #"{"type":"response.function_call_arguments.delta","output_index":4,"delta":"{\"a\""}"#,
        #"{"type":"response.function_call_arguments.delta","output_index":4,"delta":":1}"}"#,
        #"{"type":"response.output_item.done","output_index":4,"item":{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"}}"#,
        #"{"type":"response.output_item.done","output_index":5,"item":{"type":"function_call","call_id":"c2","name":"g","arguments":""}}"#,
        whole.replacing("\n", with: "").wrapped,
    ]

    @Test("A whole answer and the events of a stream say the same")
    func readings() throws {
        let fromWhole = try OpenAIResponsesUpstream.events(of: try parsed(Self.whole))
        let fromStream = try readAll(ResponsesStreamReader.self, Self.events)
        let reading = UpstreamReading(fromWhole)
        #expect(UpstreamReading(fromStream) == reading)
        #expect(reading.texts == [0: "Hello"] && reading.thinking == "hm\n\nso")
        #expect(reading.signatures == ["enc1"] && reading.redacted == ["enc2"])
        #expect(reading.calls.map(\.id) == ["c1", "c2"] && reading.calls.map(\.arguments) == [#"{"a":1}"#, "{}"])
        #expect(reading.finishes == [0: .toolCalls] && reading.leftOut == ["web_search_call"])
        #expect(reading.usage == Usage(promptTokens: 9, completionTokens: 5, cachedTokens: 3, reasoningTokens: 2))
        #expect(fromWhole.first == .start(id: "resp_1", model: "m", created: 7) && fromStream.first == fromWhole.first)
        for events in [fromWhole, fromStream] {
            #expect(events.contains(.refusal(choice: 0, "no")))
            let citations = events.compactMap { if case .citations(_, let list) = $0 { list.text } else { nil } }
            #expect(
                citations == [
                    #"[{"type":"url_citation","url_citation":{"url":"https://x","title":"t","start_index":0,"end_index":2}}]"#
                ])
        }
    }

    @Test("A last event alone tells the whole answer")
    func lastEventAlone() throws {
        let last = try #require(Self.events.last)
        let reading = UpstreamReading(try readAll(ResponsesStreamReader.self, [last]))
        #expect(reading == UpstreamReading(try OpenAIResponsesUpstream.events(of: try parsed(Self.whole))))
    }

    @Test("Any split of the bytes gives the same answer to a chat client")
    func splits() throws {
        let asked = try OpenAIChat.understand(
            Array(#"{"model":"m","stream":true,"messages":[{"role":"user","content":"q"}]}"#.utf8))
        let bytes = Array(Self.events.map { "event: x\ndata: \($0)\n\n" }.joined().utf8)
        var outputs: Set<[UInt8]> = []
        for size in [bytes.count, 1, 7, 100] {
            var relay = try OpenAIChat.call(asked, to: target(.openAIResponses)).relay
            var output: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                output += try relay.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            outputs.insert(output + (try relay.finish()))
        }
        #expect(outputs.count == 1)
        let transcript = try ChatTranscript(stream: Array(outputs)[0])
        #expect(transcript.choices[0]?.text == "Hello" && transcript.choices[0]?.finish == "tool_calls")
        #expect(transcript.choices[0]?.arguments == [#"{"a":1}"#, "{}"])
    }

    @Test(
        "Only a completed answer is a success",
        arguments: [
            (#""status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}"#, FinishReason.length),
            (#""status":"incomplete","incomplete_details":{"reason":"content_filter"}"#, .contentFilter),
            (#""status":"incomplete","incomplete_details":{"reason":"odd"}"#, .other("odd")),
            (#""status":"completed""#, .stop),
        ])
    func endings(status: String, reason: FinishReason) throws {
        let text = "{\"id\":\"r\",\"object\":\"response\",\"output\":[],\(status)}"
        #expect(UpstreamReading(try OpenAIResponsesUpstream.events(of: try parsed(text))).finishes == [0: reason])
        #expect(UpstreamReading(try readAll(ResponsesStreamReader.self, [text.wrapped])).finishes == [0: reason])
    }

    @Test(
        "Failures are never read as success",
        arguments: [
            (
                #"{"id":"r","object":"response","status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"},"output":[]}"#,
                UpstreamFailure.Kind.rateLimit
            ),
            (#"{"id":"r","object":"response","status":"failed","output":[]}"#, .server),
            (#"{"id":"r","object":"response","status":"cancelled","output":[]}"#, .server),
            (#"{"id":"r","object":"response","status":"in_progress","output":[]}"#, .badAnswer),
            (#"{"id":"r","object":"response","status":"completed"}"#, .badAnswer),
            (#"{"error":{"message":"overloaded"}}"#, .overloaded), ("[]", .badAnswer), ("5", .badAnswer),
        ])
    func failures(text: String, kind: UpstreamFailure.Kind) {
        #expect {
            _ = try OpenAIResponsesUpstream.events(of: try parsed(text))
        } throws: { ($0 as? UpstreamFailure)?.kind == kind }
    }

    @Test(
        "Errors inside a stream are thrown, in every shape they come in",
        arguments: [
            (
                #"{"type":"error","sequence_number":2,"error":{"type":"tokens","code":"rate_limit_exceeded","message":"m","param":null}}"#,
                UpstreamFailure.Kind.rateLimit
            ),
            (
                #"{"type":"error","code":"rate_limit_exceeded","message":"m","param":null,"sequence_number":2}"#,
                .rateLimit
            ),
            (
                #"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_error","message":"m"}}}"#,
                .server
            ),
            (#"{"type":"response.failed","response":{"id":"r","status":"failed","error":null}}"#, .server),
            (#"{"error":{"message":"m","code":"context_length_exceeded"}}"#, .contextLength),
            (
                #"{"type":"response.completed","response":{"status":"failed","error":{"message":"rate limit"}}}"#,
                .rateLimit
            ),
            (#"{"type":"response.completed"}"#, .badAnswer),
        ])
    func errorEvents(text: String, kind: UpstreamFailure.Kind) throws {
        #expect {
            _ = try readAll(ResponsesStreamReader.self, [text])
        } throws: { ($0 as? UpstreamFailure)?.kind == kind }
        var relay = ResponsesPassThrough(writer: try responsesWriter())
        #expect {
            _ = try relay.feed(Array("data: \(text)\n\n".utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == kind }
    }
}

extension String {
    /// A response as the last event of a stream.
    fileprivate var wrapped: String {
        let status = contains(#""status":"incomplete""#) ? "incomplete" : "completed"
        return #"{"type":"response.\#(status)","response":\#(self)}"#
    }

    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
