import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Converse recorded traffic", .enabled(if: UpstreamRecordings.isPresent, "no corpus beside the package"))
struct ConverseCorpusTests {
    private static let all = UpstreamRecordings.all(["bedrock"], endpoint: "converse")
    private static let answers = all.filter { $0.status == 200 }

    /// A stream begins with the high bytes of a length, JSON with a brace.
    private static func isWhole(_ recording: UpstreamRecordings.Recording) -> Bool {
        recording.body.first { $0 > 0x20 } == UInt8(ascii: "{")
    }

    @Test("There are both kinds")
    func both() {
        #expect(Self.answers.contains(where: Self.isWhole) && !Self.answers.allSatisfy(Self.isWhole))
    }

    @Test("Answers read as they say and become the caller's without loss", arguments: answers)
    func read(recording: UpstreamRecordings.Recording) throws {
        let isWhole = Self.isWhole(recording)
        let body =
            #"{"model":"m","stream":\#(!isWhole),"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"q"}]}"#
        let asked = try OpenAIChat.understand(Array(body.utf8))
        var relay = try OpenAIChat.call(asked, to: target(.bedrockConverse)).relay
        let told = try Self.told(recording.body, isWhole: isWhole)
        if isWhole {
            let answer = try JSONValue.parse(try relay.whole(recording.body))
            let message = answer["choices"]?[0]?["message"]
            #expect(message?["content"]?.string ?? "" == told.text)
            #expect(message?["reasoning_content"]?.string ?? "" == told.thinking)
            #expect(message?["tool_calls"]?.count ?? 0 == told.calls)
        } else {
            let output = try relay.feed(recording.body) + relay.finish()
            let again = try readAll(ChatStreamReader.self, eventPayloads(output)).events
            #expect(UpstreamReading(again).texts[0] ?? "" == told.text)
            #expect(UpstreamReading(again).thinking == told.thinking)
            #expect(UpstreamReading(again).calls.count == told.calls)
        }
        #expect(relay.summary.brokenEvents == 0)
        #expect(relay.summary.finish != nil)
        #expect(relay.summary.usage?.completionTokens == told.completionTokens)
        #expect(relay.summary.usage?.promptTokens == told.promptTokens)
    }

    @Test("Errors have the kind their status means", arguments: all.filter { $0.status >= 400 })
    func error(recording: UpstreamRecordings.Recording) {
        let failure = BedrockConverseUpstream.failure(status: recording.status, body: recording.body)
        #expect(failure.kind == (recording.status == 403 ? .permission : .notFound))
    }

    private struct Told {
        var text = ""
        var thinking = ""
        var calls = 0
        var promptTokens: Int?
        var completionTokens: Int?

        mutating func count(_ usage: JSONValue?) {
            guard let usage else { return }
            completionTokens = usage["outputTokens"]?.int
            promptTokens = ["inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"].reduce(0) {
                $0 + (usage[$1]?.int ?? 0)
            }
        }
    }

    /// What the provider's own words come to, without our reader.
    private static func told(_ body: [UInt8], isWhole: Bool) throws -> Told {
        var told = Told()
        if isWhole {
            let answer = try JSONValue.parse(body)
            for block in answer["output"]?["message"]?["content"]?.elements.map({ $0 }) ?? [] {
                told.text += block["text"]?.string ?? ""
                for part in block["citationsContent"]?["content"]?.elements.map({ $0 }) ?? [] {
                    told.text += part["text"]?.string ?? ""
                }
                told.thinking += block["reasoningContent"]?["reasoningText"]?["text"]?.string ?? ""
                if let call = block["toolUse"], call["type"]?.string != "server_tool_use" { told.calls += 1 }
            }
            told.count(answer["usage"])
            return told
        }
        var decoder = EventStreamDecoder()
        for record in decoder.feed(body) + decoder.finish() {
            #expect(record.fault == nil)
            let event = try JSONValue.parse(record.data)
            told.text += event["delta"]?["text"]?.string ?? ""
            told.thinking += event["delta"]?["reasoningContent"]?["text"]?.string ?? ""
            if let call = event["start"]?["toolUse"], call["type"]?.string != "server_tool_use" { told.calls += 1 }
            told.count(event["usage"])
        }
        return told
    }
}
