import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Transcriptions")
struct TranscriptionTests {
    /// A form with a file of `bytes` zeros and these fields.
    static func received(
        _ fields: [(String, String)], file: String? = "file", bytes: Int = 800, path: String = "/audio/transcriptions"
    ) -> ReceivedRequest {
        var body = ""
        for (name, text) in fields {
            body += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n"
        }
        var all = Array(body.utf8)
        if let file {
            all += Array("--b\r\nContent-Disposition: form-data; name=\"\(file)\"; filename=\"a\"\r\n\r\n".utf8)
            all += [UInt8](repeating: 0, count: bytes) + Array("\r\n".utf8)
        }
        return ReceivedRequest(
            body: all + Array("--b--\r\n".utf8), path: path,
            headers: ["content-type": "multipart/form-data; boundary=b"])
    }

    private static func call(_ fields: [(String, String)]) throws -> UpstreamCall {
        try OpenAITranscription.call(
            try OpenAITranscription.understand(received([("model", "m")] + fields)),
            to: target(.openAIChat, model: "up"))
    }

    @Test("The form goes on with the upstream's name of the model")
    func passThrough() throws {
        let call = try Self.call([("language", "en")])
        #expect(call.contentType == "multipart/form-data; boundary=b" && call.path == "/audio/transcriptions")
        #expect(call.body == Self.received([("model", "up"), ("language", "en")]).body)
    }

    @Test("What routing and admission need is read from the fields")
    func understood() throws {
        let asked = try OpenAITranscription.understand(
            Self.received([("model", "m"), ("stream", "true")], path: "/audio/translations"))
        #expect(asked.model == "m" && asked.stream && asked.needs.operation == .translation)
        #expect(asked.needs.promptTokens == 102)
    }

    @Test("A field that is missing is named")
    func refused() {
        for (received, field) in [
            (Self.received([]), "model"), (Self.received([("model", "")]), "model"),
            (Self.received([("model", "m")], file: nil), "file"),
            (Self.received([("model", "m"), ("stream", "perhaps")]), "stream"),
            (Self.received([("model", "m"), ("response_format", "")]), "response_format"),
        ] {
            #expect {
                _ = try OpenAITranscription.understand(received)
            } throws: { ($0 as? GatewayError)?.parameter == field }
        }
    }

    @Test(
        "A transcript goes on under its own type",
        arguments: [
            (
                "json", "application/json",
                #"{ "text":"Hi","usage":{"type":"tokens","input_tokens":4,"output_tokens":2} }"#, true
            ),
            (
                "verbose_json", "application/json",
                #"{"text":"Hi","segments":[],"usage":{"type":"duration","seconds":3}}"#, false
            ),
            ("text", "text/plain; charset=utf-8", "Hi\n", false), ("srt", "text/plain", "1\n00:00\nHi\n", false),
            ("vtt", "text/vtt", "WEBVTT\n", false), ("text", "text/plain", "", false),
        ])
    func whole(format: String, type: String, body: String, isCounted: Bool) throws {
        var relay = try Self.call([("response_format", format)]).relay
        try relay.begin(contentType: type)
        #expect(try relay.whole(Array(body.utf8)) == Array(body.utf8))
        #expect(relay.contentType == type && relay.summary.finish == .stop)
        #expect(relay.summary.usage == (isCounted ? Usage(promptTokens: 4, completionTokens: 2) : nil))
    }

    @Test(
        "What is no transcript is none",
        arguments: [
            ("json", "plain text"), ("json", "{}"), ("text", "<!DOCTYPE html><p>502</p>"), ("json", "[]"), ("json", ""),
            ("srt", #"{"error":{"message":"The server is overloaded"}}"#),
        ])
    func noTranscript(format: String, body: String) throws {
        var relay = try Self.call([("response_format", format)]).relay
        #expect(throws: UpstreamFailure.self) { _ = try relay.whole(Array(body.utf8)) }
    }

    private static let events = """
        data: {"type":"transcript.text.delta","delta":"Hel"}

        data: {"type":"transcript.text.delta","delta":"lo"}

        data: {"type":"transcript.text.done","text":"Hello","usage":{"type":"tokens","input_tokens":4,"output_tokens":2,"total_tokens":6}}

        data: [DONE]


        """

    @Test("Events go on untouched however they are cut")
    func streamed() throws {
        let bytes = Array(Self.events.utf8)
        for cut in 0...bytes.count {
            var relay = try Self.call([("stream", "true")]).relay
            try relay.begin(contentType: "text/event-stream")
            let output = try relay.feed(Array(bytes[..<cut])) + relay.feed(Array(bytes[cut...])) + relay.finish()
            #expect(output == bytes && relay.contentType == nil)
            #expect(relay.summary.usage?.totalTokens == 6 && relay.summary.outputBytes == 5)
        }
    }

    @Test("A model that cannot stream answers whole, under the type that says so")
    func wholeForStream() throws {
        var relay = try Self.call([("stream", "true")]).relay
        try relay.begin(contentType: "application/json")
        let body = Array(#"{"text":"Hi"}"#.utf8)
        #expect(try relay.feed(Array(body.prefix(3))) == [] && !relay.summary.hasFirstToken)
        #expect(try relay.feed(Array(body.dropFirst(3))) + relay.finish() == body)
        #expect(relay.contentType == "application/json" && relay.summary.hasFirstToken)
    }

    @Test("An error among the events is that error")
    func errorInside() throws {
        var relay = try Self.call([("stream", "true")]).relay
        try relay.begin(contentType: "text/event-stream")
        let end = try #require(Self.events.firstRange(of: "\n\n")).upperBound
        #expect(!(try relay.feed(Array(Self.events[..<end].utf8))).isEmpty)
        #expect {
            _ = try relay.feed(Array("data: {\"error\":{\"message\":\"overloaded\"}}\n\n".utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == .overloaded }
    }
}
