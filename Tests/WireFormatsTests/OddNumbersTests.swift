import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// Numbers come from others. Whatever stands in any place of a request, an answer or an error, nothing traps: it is read,
/// refused or passed over, and what is written is JSON.
@Suite("Odd numbers")
struct OddNumbersTests {
    static let wholeAnswers: [WireFormat: String] = [
        .openAIChat: """
        {"id":"a","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",
        "content":"hi","reasoning_content":"so","reasoning_details":[{"type":"reasoning.text","index":0,"text":"so"}],
        "tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}],
        "audio":{"id":"x","expires_at":5,"data":"AA==","transcript":"t"}},"logprobs":{"content":[{"token":"a",
        "logprob":-0.5,"bytes":[97],"top_logprobs":[]}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,
        "completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":1,"audio_tokens":1},
        "completion_tokens_details":{"reasoning_tokens":1,"audio_tokens":1}}}
        """,
        .openAIResponses: """
        {"id":"a","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"reasoning","id":"r",
        "summary":[{"type":"summary_text","text":"so"}],"encrypted_content":"e"},{"type":"message","id":"x","role":"assistant",
        "content":[{"type":"output_text","text":"hi","annotations":[{"type":"url_citation","url":"u","start_index":0,
        "end_index":1}],"logprobs":[{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[]}]}]},{"type":"function_call",
        "id":"y","call_id":"c","name":"f","arguments":"{}"}],"usage":{"input_tokens":1,"input_tokens_details":
        {"cached_tokens":1},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":3}}
        """,
        .anthropicMessages: """
        {"id":"a","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"so",
        "signature":"s"},{"type":"text","text":"hi","citations":[{"start":1}]},{"type":"tool_use","id":"c","name":"f",
        "input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2,
        "cache_read_input_tokens":3,"cache_creation_input_tokens":4}}
        """,
        .gemini: """
        {"responseId":"a","modelVersion":"m","candidates":[{"index":0,"content":{"parts":[{"text":"hi","thought":false,
        "thoughtSignature":"s"},{"functionCall":{"name":"f","id":"c","partialArgs":[{"jsonPath":"$.a[0]",
        "numberValue":1}],"willContinue":false}}]},"logprobsResult":{"chosenCandidates":[{"token":"a",
        "logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"a","logProbability":-0.5}]}]},
        "finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"toolUsePromptTokenCount":1,
        "candidatesTokenCount":2,"thoughtsTokenCount":3,"cachedContentTokenCount":1,"promptTokensDetails":
        [{"modality":"AUDIO","tokenCount":1}]}}
        """,
        .ollamaChat: """
        {"model":"m","created_at":"t","message":{"role":"assistant","content":"hi","thinking":"so","tool_calls":[{"id":"c",
        "function":{"index":0,"name":"f","arguments":{"a":1}}}]},"logprobs":[{"token":"a","logprob":-0.5,"bytes":[97]}],
        "done":true,"done_reason":"stop","total_duration":1,"prompt_eval_count":1,"eval_count":2}
        """,
        .bedrockConverse: """
        {"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"so","signature":"s"}}},
        {"citationsContent":{"content":[{"text":"hi"}],"citations":[{"title":"t","location":{"documentChar":{"start":1}}}]}},
        {"toolUse":{"toolUseId":"c","name":"f","input":{"a":1}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,
        "outputTokens":2,"cacheReadInputTokens":3,"cacheWriteInputTokens":4}}
        """,
        .cohereChat: """
        {"id":"a","message":{"role":"assistant","tool_plan":"so","content":[{"type":"text","text":"hi"}],"tool_calls":[{"id":"c",
        "type":"function","function":{"name":"f","arguments":"{}"}}],"citations":[{"start":1,"end":2}]},
        "finish_reason":"TOOL_CALL","logprobs":[{"text":"hi","token_ids":[5],"logprobs":[-0.5,-0.25]}],"usage":{"billed_units":
        {"input_tokens":1,"output_tokens":2},"tokens":{"input_tokens":3,"output_tokens":4,"reasoning_tokens":1},"cached_tokens":1}}
        """,
    ]

    static let streams: [WireFormat: [String]] = [
        .openAIChat: [
            """
            {"id":"a","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi",
            "tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{"}}]},"finish_reason":null}]}
            """,
            """
            {"id":"a","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}],
            "reasoning_details":[{"index":0,"type":"reasoning.encrypted","data":"d"}]},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"x_groq":{"usage":{"prompt_tokens":1}}}
            """,
        ],
        .openAIResponses: [
            #"{"type":"response.created","sequence_number":0,"response":{"id":"a","created_at":1,"model":"m","status":"x"}}"#,
            #"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.delta","sequence_number":2,"output_index":0,"delta":"{}"}"#,
            #"{"type":"response.reasoning_summary_part.added","sequence_number":3,"output_index":1,"summary_index":1}"#,
            #"{"type":"response.output_text.delta","sequence_number":4,"output_index":2,"content_index":0,"delta":"hi"}"#,
            #"{"type":"response.output_text.annotation.added","output_index":2,"annotation_index":0,"annotation":{"type":"url_citation","url":"u","start_index":0}}"#,
            #"{"type":"response.completed","sequence_number":5,"response":{"id":"a","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":2}}}"#,
        ],
        .anthropicMessages: [
            #"{"type":"message_start","message":{"id":"a","model":"m","usage":{"input_tokens":1,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c","name":"f","input":{}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"1"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2,"input_tokens":1}}"#,
            #"{"type":"message_stop"}"#,
        ],
        .gemini: [wholeAnswers[.gemini]!], .ollamaChat: [wholeAnswers[.ollamaChat]!],
        .bedrockConverse: [
            #"{"messageStart":{"role":"assistant"}}"#,
            #"{"contentBlockStart":{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"c","name":"f"}}}}"#,
            #"{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{}"}}}}"#,
            #"{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"so"}}}}"#,
            #"{"contentBlockStop":{"contentBlockIndex":1}}"#, #"{"messageStop":{"stopReason":"tool_use"}}"#,
            #"{"metadata":{"usage":{"inputTokens":1,"outputTokens":2,"cacheReadInputTokens":3}}}"#,
        ],
        .cohereChat: [
            #"{"type":"message-start","id":"a","delta":{"message":{"role":"assistant","content":[]}}}"#,
            #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"hi"}}},"logprobs":{"text":"a","logprobs":[-1]}}"#,
            #"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"c","function":{"name":"f","arguments":""}}}}}"#,
            #"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}}"#,
            #"{"type":"tool-call-end","index":0}"#,
            #"{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":1,"end":2}}}}"#,
            #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":1,"output_tokens":2}}}}"#,
        ],
    ]

    private static let request = """
        {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"q"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}}]},{"role":"assistant",
        "content":null,"reasoning_details":[{"type":"reasoning.text","index":0,"text":"t","signature":"s"}],
        "tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool",
        "tool_call_id":"c","content":"r"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
        "max_tokens":5,"max_completion_tokens":6,"temperature":0.5,"top_p":0.5,"top_k":5,"frequency_penalty":0.1,
        "presence_penalty":0.1,"seed":7,"stop":["x"],"logit_bias":{"5":1},"n":1,"logprobs":true,"top_logprobs":2,
        "reasoning":{"effort":"high","max_tokens":2000},"thinking":{"type":"enabled","budget_tokens":2000},"stream":true,
        "stream_options":{"include_usage":true},"demo":{"words":3,"interval_ms":1},"created":1,"random_seed":1}
        """

    private static func relay(from wire: WireFormat, stream: Bool) throws -> any AnswerRelay {
        let body =
            #"{"model":"m","stream":\#(stream),"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"q"}]}"#
        let asked = try OpenAIChat.understand(Array(body.utf8))
        return try OpenAIChat.call(asked, to: target(wire)).relay
    }

    /// A record as it stands in a stream; one of binary messages is an object of its name and its payload.
    private static func frame(_ record: String, _ wire: WireFormat) -> [UInt8] {
        switch wire {
        case .ollamaChat: Array("\(record)\n".utf8)
        case .bedrockConverse:
            EventStreamBytes.event(
                String(record.dropFirst(2).prefix { $0 != "\"" }),
                String(record.drop { $0 != ":" }.dropFirst().dropLast()))
        case .openAIChat, .openAICompletions, .openAIResponses, .anthropicMessages, .gemini, .cohereChat:
            Array("data: \(record)\n\n".utf8)
        }
    }

    private static func check(_ usage: Usage?) {
        guard let usage else { return }
        #expect(usage.promptTokens >= 0 && usage.completionTokens >= 0 && usage.totalTokens >= 0)
    }

    @Test("in a whole answer", arguments: WireFormat.conversing)
    func wholeAnswers(wire: WireFormat) throws {
        for text in OddValues(text: try #require(Self.wholeAnswers[wire])) {
            var relay = try Self.relay(from: wire, stream: false)
            do throws(UpstreamFailure) {
                let output = try relay.whole(Array(text.utf8))
                #expect(throws: Never.self, "\(text)") { _ = try JSONValue.parse(output) }
            } catch {
                #expect(!error.message.isEmpty)
            }
            Self.check(relay.summary.usage)
        }
    }

    @Test("in a stream", arguments: WireFormat.conversing)
    func streams(wire: WireFormat) throws {
        let records = try #require(Self.streams[wire])
        for changed in records.indices {
            for text in OddValues(text: records[changed]) {
                var relay = try Self.relay(from: wire, stream: true)
                var output: [UInt8] = []
                do throws(UpstreamFailure) {
                    for (position, record) in records.enumerated() {
                        let line = (position == changed ? text : record).filter { $0 != "\n" }
                        output += try relay.feed(Self.frame(line, wire))
                    }
                    output += try relay.finish()
                } catch {
                    output += relay.pending()
                    #expect(!error.message.isEmpty)
                }
                Self.check(relay.summary.usage)
                guard wire != .openAIChat else { continue }
                for line in String(decoding: output, as: UTF8.self).split(separator: "\n") where line != "data: [DONE]"
                {
                    #expect(throws: Never.self, "\(text)") { _ = try JSONValue.parse(Array(line.utf8.dropFirst(6))) }
                }
            }
        }
    }

    @Test("in a request")
    func requests() throws {
        for text in OddValues(text: Self.request) {
            do throws(GatewayError) {
                let asked = try OpenAIChat.understand(Array(text.utf8))
                #expect(asked.needs.promptTokens >= 0 && (1...128).contains(asked.needs.choiceCount))
                _ = try OpenAIChat.passThrough(asked, to: target(.openAIChat, model: "other"))
                var conversation = try OpenAIChat.conversation(asked)
                for wire in WireFormat.conversing {
                    for name in ["m", "gpt-oss", "gemini-3-pro", "gemini-2.5-flash"] {
                        var model = ModelConfiguration(name: name)
                        model.maxTokens = name == "m" ? .max : nil
                        conversation.sampling.maxTokens = name == "m" ? asked.needs.maxTokens : nil
                        let body = try wire.upstream.encode(conversation, model: model).body
                        #expect(throws: Never.self, "\(wire) \(text)") { _ = try JSONValue.parse(body) }
                    }
                }
            } catch {
                #expect((400...413).contains(error.status))
            }
        }
    }

    @Test("in an error", arguments: WireFormat.conversing)
    func errors(wire: WireFormat) {
        let error = """
            {"error":{"message":"try again in 5s","type":"t","param":"p","code":429,"status":"S","details":[{"retryDelay":"5s"}],
            "metadata":{"raw":"r"}},"status":500,"status_code":500}
            """
        for text in OddValues(text: error) {
            let failure = wire.failure(status: 429, body: Array(text.utf8))
            #expect((failure.retryAfter ?? .zero) <= .seconds(86_400))
        }
        for number in OddValues.all {
            for words in ["try again in \(number)", "retry after \(number)h", "wait \(number) days \(number)d"] {
                #expect((RetryHint.delay(in: words) ?? .zero) <= .seconds(86_400))
            }
        }
    }
}
