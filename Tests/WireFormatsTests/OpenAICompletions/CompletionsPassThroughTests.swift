import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Completions to models that speak completions")
struct CompletionsPassThroughTests {
    private static func call(_ fields: String = "", stream: Bool = false) throws -> UpstreamCall {
        let body = #"{"model":"r", "prompt":"def f(","suffix":"return 1","stream":\#(stream)\#(fields)}"#
        return try OpenAICompletions.call(
            try OpenAICompletions.understand(Array(body.utf8)), to: target(.openAICompletions, model: "up"))
    }

    private static func chunk(_ text: String, _ finish: String? = nil, usage: String = "") -> String {
        let reason = finish.map { #""\#($0)""# } ?? "null"
        return
            #"data: {"id":"c","object":"text_completion","model":"s","choices":[{"index":0,"text":"\#(text)","finish_reason":\#(reason),"zz":1.0}]\#(usage)}"#
            + "\n\n"
    }

    private static let usage =
        #"data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"

    private static func answer(_ call: UpstreamCall, _ pieces: [String]) throws -> (text: String, AnswerSummary) {
        var relay = call.relay
        var output: [UInt8] = []
        for piece in pieces { output += try relay.feed(Array(piece.utf8)) }
        output += try relay.finish()
        return (String(decoding: output, as: UTF8.self), relay.summary)
    }

    @Test("The caller's bytes go out but for the model and the wish for usage, which is always asked for")
    func request() throws {
        let call = try Self.call(#","zz":1.0,"echo":true"#)
        #expect(call.path == "/completions" && call.dropped.isEmpty)
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == #"{"model":"up", "prompt":"def f(","suffix":"return 1","stream":false,"zz":1.0,"echo":true}"#)
        #expect(
            String(decoding: try Self.call(stream: true).body, as: UTF8.self)
                .hasSuffix(#","stream":true,"stream_options":{"include_usage":true}}"#))
    }

    @Test("Tokens and several texts are for these models only")
    func prompts() throws {
        for prompt in ["[1,2,3]", #"["a","b"]"#] {
            let asked = try OpenAICompletions.understand(Array(#"{"model":"m","prompt":\#(prompt)}"#.utf8))
            #expect(asked.needs.operation == .completion)
            #expect(throws: Never.self) { try OpenAICompletions.call(asked, to: target(.openAICompletions)) }
            #expect(throws: GatewayError.self) { try OpenAICompletions.call(asked, to: target(.openAIChat)) }
        }
    }

    @Test("Only requests of this dialect are put to them")
    func others() throws {
        #expect(WireFormat.openAICompletions.can(.completion) && !WireFormat.openAICompletions.can(.conversation))
        for wire in WireFormat.conversing { #expect(wire.can(.completion)) }
        let chat = try OpenAIChat.understand(Array(#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#.utf8))
        #expect(throws: GatewayError.self) { try OpenAIChat.call(chat, to: target(.openAICompletions)) }
    }

    @Test("A whole answer goes on as it came")
    func whole() throws {
        let text =
            #"{"id":"c","object":"text_completion","model":"s","choices":[{"index":0,"text":"x)","finish_reason":"length","zz":1.0}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#
        var relay = try Self.call().relay
        #expect(String(decoding: try relay.whole(Array(text.utf8)), as: UTF8.self) == text)
        #expect(relay.summary.finish == .length && relay.summary.model == "s")
        #expect(relay.summary.usage == Usage(promptTokens: 3, completionTokens: 2))
    }

    @Test("A stream goes on as it came, without the usage that the caller did not ask for", arguments: [true, false])
    func stream(includesUsage: Bool) throws {
        let call = try Self.call(
            includesUsage ? #","stream_options":{"include_usage":true}"# : "", stream: true)
        let pieces = [": hello\n\n", Self.chunk("x"), Self.chunk(")", "stop"), Self.usage, Self.done]
        let (text, summary) = try Self.answer(call, pieces)
        let expected = includesUsage ? pieces : pieces.filter { $0 != Self.usage }
        #expect(text == expected.joined())
        #expect(summary.finish == .stop && summary.outputBytes == 2)
        #expect(summary.usage == Usage(promptTokens: 3, completionTokens: 2))
    }

    @Test("A stream that is cut, or an error in it, is told; what is broken is passed over")
    func faults() throws {
        let call = try Self.call(stream: true)
        #expect { try Self.answer(call, [Self.chunk("x"), Self.done]) } throws: {
            ($0 as? UpstreamFailure)?.kind == .badAnswer
        }
        #expect { try Self.answer(call, [#"data: {"error":{"message":"no","code":429}}"# + "\n\n"]) } throws: {
            ($0 as? UpstreamFailure)?.kind == .rateLimit
        }
        let (text, summary) = try Self.answer(call, ["data: {]\n\n", Self.chunk("x", "stop"), "data: 5\n\n"])
        #expect(text == Self.chunk("x", "stop") + Self.done && summary.brokenEvents == 2)
    }

    @Test("A whole answer in place of a stream becomes one, and the reverse")
    func otherThanAsked() throws {
        let whole = #"{"id":"c","choices":[{"index":0,"text":"x","finish_reason":"stop"}]}"#
        #expect(try Self.answer(try Self.call(stream: true), [whole]).text == "data: \(whole)\n\n" + Self.done)
        var relay = try Self.call(#","echo":true"#).relay
        let stream = Self.chunk("x") + Self.chunk(")", "stop") + Self.done
        let json = try JSONValue.parse(try relay.whole(Array(stream.utf8)))
        #expect(json["choices"]?[0]?["text"]?.string == "x)" && json["id"]?.string == "c")
    }
}
