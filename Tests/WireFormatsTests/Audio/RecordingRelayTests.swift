import GatewayTypes
import Testing

@testable import WireFormats

@Suite("Recordings on their way to the caller")
struct RecordingRelayTests {
    private static func relay(_ type: String?) throws -> any AnswerRelay {
        let asked = try OpenAISpeech.understand(
            Array(#"{"model":"m","input":"Hello","voice":"v","response_format":"wav"}"#.utf8))
        #expect(asked.stream && asked.needs.operation == .speech && asked.needs.promptTokens == 2)
        var relay = try OpenAISpeech.call(asked, to: target(.openAIChat)).relay
        try relay.begin(contentType: type)
        return relay
    }

    @Test(
        "Bytes go on as they come under the upstream's type",
        arguments: ["audio/mpeg", "application/octet-stream", nil])
    func bytes(type: String?) throws {
        var relay = try Self.relay(type)
        #expect(!relay.summary.hasFirstToken)
        #expect(try relay.feed([0, 255, 13]) == [0, 255, 13] && relay.summary.hasFirstToken)
        #expect(try relay.finish() == [] && relay.summary.finish == .stop)
        #expect(relay.contentType == type ?? "application/octet-stream")
        #expect(relay.summary.usage == nil && relay.summary.completionTokens == 0)
    }

    @Test("Nothing is no recording")
    func empty() throws {
        var relay = try Self.relay("audio/mpeg")
        #expect { _ = try relay.finish() } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test(
        "A text in the place of a recording never reaches the caller",
        arguments: [
            ("text/html", "<html></html>", UpstreamFailure.Kind.badAnswer), ("application/json", "{}", .badAnswer),
            ("application/json; charset=utf-8", #"{"error":{"message":"x","code":"rate_limit_exceeded"}}"#, .rateLimit),
        ])
    func text(type: String, body: String, kind: UpstreamFailure.Kind) throws {
        var relay = try Self.relay(type)
        #expect(try relay.feed(Array(body.utf8)) == [] && !relay.summary.hasFirstToken)
        #expect { _ = try relay.finish() } throws: { ($0 as? UpstreamFailure)?.kind == kind }
    }

    @Test("A recording in JSON comes out of it under the type that was asked for")
    func packed() throws {
        var relay = try Self.relay("application/json")
        #expect(try relay.feed(Array(#"{"audio_data":"SU"#.utf8)) + relay.feed(Array(#"Qz"}"#.utf8)) == [])
        #expect(!relay.summary.hasFirstToken)
        #expect(try relay.finish() == Array("ID3".utf8) && relay.contentType == "audio/wav")
        #expect(relay.summary.hasFirstToken)
    }

    private static let events = """
        data: {"type":"speech.audio.delta","audio":"AAEC"}

        data: {"type":"speech.audio.done","usage":{"input_tokens":10,"output_tokens":82,"total_tokens":92}}


        """

    @Test("Events go on untouched however they are cut, and tell what was used")
    func streamed() throws {
        let bytes = Array(Self.events.utf8)
        for cut in 0...bytes.count {
            var relay = try Self.relay("text/event-stream; charset=utf-8")
            let output = try relay.feed(Array(bytes[..<cut])) + relay.feed(Array(bytes[cut...])) + relay.finish()
            #expect(output == bytes)
            #expect(relay.summary.usage == Usage(promptTokens: 10, completionTokens: 82))
        }
    }

    @Test("Events without the last one were cut")
    func cutEvents() throws {
        var relay = try Self.relay("text/event-stream")
        _ = try relay.feed(Array(Self.events.prefix(60).utf8))
        #expect { _ = try relay.finish() } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }
}
