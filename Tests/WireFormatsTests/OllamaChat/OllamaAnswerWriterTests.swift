import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Answers written for Ollama's clients")
struct OllamaAnswerWriterTests {
    private static let events: [ModelEvent] = [
        .start(id: "x", model: "gpt-x", created: 5), .thinking(choice: 0, "hm"), .text(choice: 0, "Hel"),
        .text(choice: 0, "lo"), .toolCall(choice: 0, index: 0, id: "a", name: "f", signature: nil),
        .toolCall(choice: 0, index: 1, id: "b", name: "g", signature: nil),
        .toolArguments(choice: 0, index: 1, #"{"b":"#), .toolArguments(choice: 0, index: 0, #"{"a":1}"#),
        .toolArguments(choice: 0, index: 1, "2}"), .finish(choice: 0, .toolCalls),
        .usage(Usage(promptTokens: 10, completionTokens: 4)),
    ]

    private static func lines(_ output: [UInt8]) throws -> [JSONValue] {
        try output.split(separator: UInt8(ascii: "\n")).map { try JSONValue.parse($0) }
    }

    @Test("The same is told whole and in a stream, in any grouping of the events")
    func everything() throws {
        let from = target(.openAIChat, created: 1_767_323_045)
        var whole = OllamaAnswerWriter(from: from, shape: .message)
        let answer = try JSONValue.parse(whole.whole(Self.events))
        let told = UpstreamReading(try OllamaChatUpstream.events(of: answer))
        #expect(told.texts == [0: "Hello"] && told.thinking == "hm" && told.finishes == [0: .toolCalls])
        #expect(told.calls.map(\.name) == ["f", "g"] && told.calls.map(\.arguments) == [#"{"a":1}"#, #"{"b":2}"#])
        #expect(told.calls.map(\.id) == ["a", "b"] && told.usage == Usage(promptTokens: 10, completionTokens: 4))
        #expect(answer["created_at"]?.string == "2026-01-02T03:04:05Z" && answer["model"]?.string == "gpt-x")
        for batches in [Self.events.map { [$0] }, [Self.events]] {
            var writer = OllamaAnswerWriter(from: from, shape: .message)
            var output: [UInt8] = []
            for batch in batches { output += writer.stream(batch) }
            let lines = try Self.lines(output + writer.end())
            var reader = OllamaLineReader()
            #expect(UpstreamReading(try lines.flatMap { try reader.read($0) ?? [] }) == told)
            #expect(lines.map { $0["done"]?.bool } == Array(repeating: false, count: lines.count - 1) + [true])
            #expect(lines.last?["total_duration"]?.int == 0, "no clock, no time")
        }
    }

    @Test("A prompt's answer stands in `response`")
    func response() throws {
        var writer = OllamaAnswerWriter(from: target(.openAIChat), shape: .response)
        let output =
            writer.stream([.text(choice: 0, "a")]) + writer.stream([.finish(choice: 0, .length)]) + writer.end()
        let lines = try Self.lines(output)
        #expect(lines.map { $0["response"]?.string } == ["a", ""] && lines.allSatisfy { $0["message"] == nil })
        #expect(lines.last?["done_reason"]?.string == "length" && lines.last?["eval_count"] == nil)
    }

    @Test("A refusal of OpenAI's is no success")
    func refusal() throws {
        var writer = OllamaAnswerWriter(from: target(.openAIChat), shape: .message)
        var output = writer.stream([.refusal(choice: 0, "I cannot.")])
        output += writer.stream([.finish(choice: 0, .stop)]) + writer.end()
        let lines = try Self.lines(output)
        #expect(lines.first?["message"]?["content"]?.string == "I cannot.")
        #expect(lines.last?["done_reason"]?.string == "refusal")
    }

    @Test("What has no place is named")
    func leftOut() {
        #expect(OllamaAnswerWriter.leftOut(of: .citations(choice: 0, RawJSON("[]"))) == "citations")
        #expect(OllamaAnswerWriter.leftOut(of: .thinkingSignature(choice: 0, "s")) == "thinking_signature")
        #expect(OllamaAnswerWriter.leftOut(of: .text(choice: 0, "s")) == nil)
    }

    @Test(
        "Times are those of the calendar",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_868_799, "2000-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (-5, "1970-01-01T00:00:00Z"), (.max, "9999-12-31T23:59:59Z"),
        ])
    func times(seconds: Int, text: String) { #expect(OllamaTime.text(seconds) == text) }
}
