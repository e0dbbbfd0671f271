import GatewayTypes
import Testing
import WireFormats

@Suite("Passing chat completions through")
struct OpenAIChatPassThroughTests {
    static let role =
        "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    static let text = "data: {\"x\": 1, \"choices\":[{\"index\":0,\"delta\":{\"content\":\"hé\\n\"}}]}\r\n\r\n"
    static let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    static let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n"
    static let done = "data: [DONE]\n\n"

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var stream: [String]
        var expected: [String]
        var includeUsage = true
        var broken = 0
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "untouched", stream: [role, text, end, usage, done], expected: [role, text, end, usage, done]),
        Case(
            name: "usage that was not asked for is removed", stream: [role, text, end, usage, done],
            expected: [role, text, end, done], includeUsage: false),
        Case(
            name: "usage beside content is left alone",
            stream: [
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n",
                done,
            ],
            expected: [
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n",
                done,
            ],
            includeUsage: false),
        Case(
            name: "comments and chunks without choices go on",
            stream: [": wait\n\n", "data: {\"choices\":[]}\n\n", text, end, usage, done],
            expected: [": wait\n\n", "data: {\"choices\":[]}\n\n", text, end, usage, done]),
        Case(
            name: "a broken event is left out, the rest goes on",
            stream: [role, "data: {\"choices\n\n", text, end, usage, done], expected: [role, text, end, usage, done],
            broken: 1),
        Case(name: "the end mark is added", stream: [text, end, usage], expected: [text, end, usage, done]),
        Case(
            name: "usage after the end mark comes before it", stream: [text, end, done, usage],
            expected: [text, end, usage, done]),
        Case(
            name: "a last event without a blank line gets one", stream: [text, usage, String(end.dropLast(2))],
            expected: [text, usage, end, done]),
    ]

    @Test("Any cut of a stream gives the same bytes and the same summary", arguments: cases)
    func streams(test: Case) throws {
        let bytes = Array(test.stream.joined().utf8)
        for cut in 0...bytes.count {
            var relay = ChatPassThrough(includeUsage: test.includeUsage)
            var output = try relay.feed(Array(bytes[..<cut]))
            output += try relay.feed(Array(bytes[cut...]))
            output += try relay.finish()
            #expect(String(decoding: output, as: UTF8.self) == test.expected.joined(), "cut at \(cut)")
            #expect(relay.summary.usage == Usage(promptTokens: 3, completionTokens: 2))
            #expect(relay.summary.finish == .stop && relay.summary.hasFirstToken)
            #expect(relay.summary.brokenEvents == test.broken)
        }
    }

    @Test("The first token is the first thing said, not a role or a comment")
    func firstToken() throws {
        var relay = ChatPassThrough(includeUsage: true)
        for quiet in [
            ": x\n\n", "data: {\"choices\":[]}\n\n", Self.role,
            "data: {\"choices\":[{\"delta\":{\"content\":null}}]}\n\n",
        ] {
            _ = try relay.feed(Array(quiet.utf8))
            #expect(!relay.summary.hasFirstToken)
        }
        #expect(relay.summary.model == "m")
        for (said, bytes) in [
            (#"{"content":"a"}"#, 1), (#"{"reasoning_content":"ab"}"#, 2), (#"{"refusal":"abc"}"#, 3),
            (#"{"audio":{"data":"x"}}"#, 1),
            (#"{"tool_calls":[{"index":0,"function":{"name":"f"}}]}"#, 2),
        ] {
            var relay = ChatPassThrough(includeUsage: true)
            _ = try relay.feed(Array("data: {\"choices\":[{\"delta\":\(said)}]}\n\n".utf8))
            #expect(relay.summary.hasFirstToken && relay.summary.outputBytes == bytes, "\(said)")
        }
    }

    @Test("An error as an event is thrown, what came before it is kept")
    func errorEvent() throws {
        var relay = ChatPassThrough(includeUsage: true)
        #expect {
            _ = try relay.feed(Array((Self.text + "data: {\"error\":{\"message\":\"overloaded\"}}\n\n").utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == .overloaded }
        #expect(String(decoding: relay.pending(), as: UTF8.self) == Self.text)
        #expect(relay.pending().isEmpty)
    }

    @Test("A JSON error under the event stream's type is thrown too")
    func unframedError() throws {
        var relay = ChatPassThrough(includeUsage: true)
        #expect(throws: UpstreamFailure.self) {
            _ = try relay.feed(Array("{\"error\":{\"message\":\"bad\",\"code\":400}}".utf8))
            _ = try relay.finish()
        }
    }

    @Test(
        "A stream without a finish reason, or with a choice left open, was cut",
        arguments: [
            [role, text], [role, text, done], [], [done],
            [text, "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}}]}\n\n", end, done],
        ])
    func cut(stream: [String]) throws {
        var relay = ChatPassThrough(includeUsage: true)
        _ = try relay.feed(Array(stream.joined().utf8))
        #expect {
            _ = try relay.finish()
        } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("Where a provider never gives a reason, the end mark after an answer is one")
    func endsWithoutReason() throws {
        var relay = ChatPassThrough(includeUsage: true, endsWithoutReason: true)
        var output = try relay.feed(Array((Self.role + Self.text + Self.done).utf8))
        output += try relay.finish()
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.hasPrefix(Self.role + Self.text) && text.hasSuffix(Self.done))
        let told = text.dropFirst((Self.role + Self.text).count).dropLast(Self.done.count)
        #expect(told.contains(#""delta":{},"logprobs":null,"finish_reason":"stop""#), "the caller gets a reason")
        #expect(relay.summary.finish == .stop)

        var cut = ChatPassThrough(includeUsage: true, endsWithoutReason: true)
        _ = try cut.feed(Array((Self.role + Self.text).utf8))
        #expect(throws: UpstreamFailure.self) { _ = try cut.finish() }
    }

    @Test("A whole answer is checked and returned as it came")
    func whole() throws {
        let body = Array(
            "\n  {\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"abc\",\"tool_calls\":[]},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0}} "
                .utf8)
        var relay = ChatPassThrough(includeUsage: false)
        #expect(try relay.whole(body) == body)
        var expected = AnswerSummary()
        expected.model = "m"
        expected.finish = .stop
        expected.hasFirstToken = true
        expected.outputBytes = 3
        expected.usage = Usage(promptTokens: 1, completionTokens: 0)
        #expect(relay.summary == expected)
    }

    @Test(
        "What is no answer is none",
        arguments: [
            "", "<html>", "{}", "[]", "{\"choices\":[]}", "{\"choices\":[{}]}", "{\"choices\":[{\"message\":{}}",
        ])
    func noAnswer(body: String) {
        var relay = ChatPassThrough(includeUsage: false)
        #expect {
            _ = try relay.whole(Array(body.utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }
}
