import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Ollama recorded traffic", .enabled(if: UpstreamRecordings.isPresent, "no corpus beside the package"))
struct OllamaCorpusTests {
    private static let all = UpstreamRecordings.all(["ollama"], endpoint: "chat")
    /// The others of the folder spoke OpenAI's format with the same server.
    private static let native = all.filter { $0.url.hasSuffix("/api/chat") }

    @Test("Answers, whole and streamed, read as they say", arguments: native.filter { $0.status == 200 })
    func answer(recording: UpstreamRecordings.Recording) throws {
        let lines = recording.body.split(separator: UInt8(ascii: "\n")).map { Array($0) }
        let (events, broken) = try readAll(OllamaStreamReader.self, lines)
        #expect(broken == 0)
        var expected = UpstreamReading()
        for line in lines {
            let value = try JSONValue.parse(line)
            let message = try #require(value["message"])
            if let text = message["content"]?.string, text != "" { expected.texts[0, default: ""] += text }
            expected.thinking += message["thinking"]?.string ?? ""
            for call in message["tool_calls"]?.elements.map({ $0 }) ?? [] {
                expected.calls.append(
                    UpstreamReading.Call(
                        id: call["id"]?.string, name: call["function"]?["name"]?.string ?? "",
                        arguments: call["function"]?["arguments"]?.compactText ?? ""))
            }
            guard value["done"]?.bool == true else { continue }
            expected.finishes[0] = expected.calls.isEmpty ? .stop : .toolCalls
            expected.usage = Usage(
                promptTokens: value["prompt_eval_count"]?.int ?? 0, completionTokens: value["eval_count"]?.int ?? 0)
        }
        #expect(UpstreamReading(events) == expected)
        #expect(expected.finishes[0] != nil)
        if lines.count == 1 { #expect(try OllamaChatUpstream.events(of: JSONValue.parse(lines[0])) == events) }
    }

    @Test("Errors have the kind their status means", arguments: all.filter { $0.status >= 400 })
    func error(recording: UpstreamRecordings.Recording) {
        let failure = OllamaChatUpstream.failure(status: recording.status, body: recording.body)
        #expect(failure.kind == (recording.status == 401 ? .authentication : .contextLength))
    }
}
