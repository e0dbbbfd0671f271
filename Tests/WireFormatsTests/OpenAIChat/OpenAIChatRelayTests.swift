import GatewayTypes
import Testing
import WireFormats

@Suite("Translating a stream")
struct OpenAIChatRelayTests {
    typealias Relay = TranslatingRelay<OpenAIChatUpstream, OpenAIChat>

    static let stream =
        ": hello\n\ndata: {\"id\":\"i\",\"model\":\"m\",\"created\":7,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\n"
        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"hm\"}}]}\n\n"
        + "data: broken\n\n"
        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"gr\u{f6}\u{1F41D}\"}}]}\n\n"
        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}],\"x_groq\":{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}}"

    @Test("Any cut of a stream gives the same bytes and summary")
    func anyCut() throws {
        let bytes = Array(Self.stream.utf8)
        let whole = try run([bytes])
        #expect(whole.text.contains(#""delta":{"reasoning_content":"hm"}"#))
        #expect(whole.text.contains(#""finish_reason":"tool_calls""#))
        #expect(whole.text.hasSuffix("data: [DONE]\n\n"))
        #expect(whole.summary.brokenEvents == 1 && whole.summary.usage == Usage(promptTokens: 1, completionTokens: 2))
        #expect(whole.summary.finish == .toolCalls && whole.summary.model == "m" && whole.summary.outputBytes == 13)
        for cut in 0...bytes.count {
            let other = try run([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(other.text == whole.text && other.summary == whole.summary, "cut at \(cut)")
        }
        let single = try run(bytes.map { [$0] })
        #expect(single.text == whole.text)
    }

    @Test("An error is thrown, what was ready before it is kept")
    func error() {
        var relay = Relay(writer: ChatAnswerWriter(includeUsage: false, model: "m", id: "i", created: 1))
        let stream =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n"
        #expect {
            _ = try relay.feed(Array(stream.utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == .overloaded }
        #expect(String(decoding: relay.pending(), as: UTF8.self).contains(#"{"content":"a"}"#))
        #expect(relay.summary.hasFirstToken)
    }

    @Test(
        "A cut stream is an error without the end mark",
        arguments: ["", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", "data: [DONE]\n\n"])
    func cut(stream: String) throws {
        var relay = Relay(writer: ChatAnswerWriter(includeUsage: false, model: "m", id: "i", created: 1))
        _ = try relay.feed(Array(stream.utf8))
        #expect {
            _ = try relay.finish()
        } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
        #expect(relay.pending().isEmpty)
    }

    private func run(_ pieces: [[UInt8]]) throws -> (text: String, summary: AnswerSummary) {
        var relay = Relay(writer: ChatAnswerWriter(includeUsage: true, model: "x", id: "y", created: 1))
        var output: [UInt8] = []
        for piece in pieces { output += try relay.feed(piece) }
        output += try relay.finish()
        return (String(decoding: output, as: UTF8.self), relay.summary)
    }
}
