import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Cohere recorded traffic", .enabled(if: UpstreamRecordings.isPresent, "no corpus beside the package"))
struct CohereCorpusTests {
    private static let all = UpstreamRecordings.all(["cohere"], endpoint: "chat").filter {
        $0.url.hasSuffix("/v2/chat")
    }
    private static let answers = all.filter { $0.status == 200 && !$0.features.contains("finish:ERROR") }

    @Test("Whole answers read as they say", arguments: answers.filter { !$0.isStream })
    func whole(recording: UpstreamRecordings.Recording) throws {
        let answer = try JSONValue.parse(recording.body)
        let reading = UpstreamReading(try CohereChatUpstream.events(of: answer))
        var text = ""
        var thinking = answer["message"]?["tool_plan"]?.string ?? ""
        for block in answer["message"]?["content"]?.elements.map({ $0 }) ?? [] {
            text += block["text"]?.string ?? ""
            thinking += block["thinking"]?.string ?? ""
        }
        #expect(reading.texts[0] ?? "" == text && reading.thinking == thinking)
        #expect(reading.calls.count == answer["message"]?["tool_calls"]?.count ?? 0)
        #expect(reading.finishes[0] != nil && reading.leftOut.isEmpty)
        #expect(reading.usage?.completionTokens == answer["usage"]?["billed_units"]?["output_tokens"]?.int)
    }

    @Test("Streams read as they say and become the caller's without loss", arguments: answers.filter(\.isStream))
    func stream(recording: UpstreamRecordings.Recording) throws {
        let payloads = eventPayloads(recording.body)
        let (events, broken) = try readAll(CohereStreamReader.self, payloads)
        let reading = UpstreamReading(events)
        #expect(broken == 0 && reading.finishes[0] != nil && reading.usage != nil && reading.leftOut.isEmpty)
        var text = ""
        var thinking = ""
        var calls = 0
        for payload in payloads {
            guard let event = try? JSONValue.parse(payload) else { continue }
            let message = event["delta"]?["message"]
            if message?["content"]?.kind == .object {
                text += message?["content"]?["text"]?.string ?? ""
                thinking += message?["content"]?["thinking"]?.string ?? ""
            }
            thinking += message?["tool_plan"]?.string ?? ""
            if event["type"]?.string == "tool-call-start" { calls += 1 }
        }
        #expect(reading.texts[0] ?? "" == text && reading.thinking == thinking && reading.calls.count == calls)
        let asked = try OpenAIChat.understand(
            Array(#"{"model":"m","stream":true,"messages":[{"role":"user","content":"q"}]}"#.utf8))
        var relay = try OpenAIChat.call(asked, to: target(.cohereChat)).relay
        let output = try relay.feed(recording.body) + relay.finish()
        let again = UpstreamReading(try readAll(ChatStreamReader.self, eventPayloads(output)).events)
        #expect(again.texts == reading.texts && again.thinking == reading.thinking && again.calls == reading.calls)
        #expect(again.finishes == reading.finishes)
    }

    @Test("A stream that ends in an error fails", arguments: all.filter { $0.features.contains("finish:ERROR") })
    func failed(recording: UpstreamRecordings.Recording) {
        #expect {
            _ = try readAll(CohereStreamReader.self, eventPayloads(recording.body))
        } throws: { ($0 as? UpstreamFailure)?.kind == .server }
    }

    @Test("Errors have the kind their status means", arguments: all.filter { $0.status >= 400 })
    func error(recording: UpstreamRecordings.Recording) {
        let failure = CohereChatUpstream.failure(status: recording.status, body: recording.body)
        #expect(failure.kind == (recording.status == 401 ? .authentication : .contextLength))
    }
}
