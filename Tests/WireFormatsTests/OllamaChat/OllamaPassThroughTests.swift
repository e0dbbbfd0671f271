import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Ollama to Ollama")
struct OllamaPassThroughTests {
    private static let lines = """
        {"model":"m","message":{"role":"assistant", "content":"Hel"},"done":false}
        {"model":"m","message":{"role":"assistant","content":"lo"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}

        """

    private static func relay(stream: Bool) throws -> any AnswerRelay {
        let body = #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"q"}]}"#
        return try OllamaChat.call(try OllamaChat.understand(Array(body.utf8)), to: target(.ollamaChat)).relay
    }

    @Test("Lines pass as they came, in any split")
    func stream() throws {
        let bytes = Array(Self.lines.utf8)
        for cut in 0...bytes.count {
            var relay = try Self.relay(stream: true)
            let output = try relay.feed(Array(bytes[..<cut])) + relay.feed(Array(bytes[cut...])) + relay.finish()
            #expect(output == bytes)
            #expect(relay.summary.usage == Usage(promptTokens: 3, completionTokens: 2))
            #expect(relay.summary.finish == .stop && relay.summary.outputBytes == 5)
        }
    }

    @Test("Broken lines are left out and counted; a stream without its end was cut; errors are thrown")
    func broken() throws {
        var relay = try Self.relay(stream: true)
        let output = try relay.feed(Array(("{oops\n" + Self.lines).utf8)) + relay.finish()
        #expect(String(decoding: output, as: UTF8.self) == Self.lines && relay.summary.brokenEvents == 1)
        var cut = try Self.relay(stream: true)
        _ = try cut.feed(Array(Self.lines.utf8.prefix(80)))
        #expect(throws: UpstreamFailure.self) { try cut.finish() }
        var failed = try Self.relay(stream: true)
        let failure = #expect(throws: UpstreamFailure.self) {
            try failed.feed(Array("{\"error\":\"server busy\"}\n".utf8))
        }
        #expect(failure?.kind == .overloaded)
    }

    @Test("A stream where a whole answer was asked for becomes one")
    func otherShape() throws {
        var relay = try Self.relay(stream: false)
        let answer = try JSONValue.parse(try relay.whole(Array(Self.lines.utf8)))
        #expect(answer["message"]?["content"]?.string == "Hello" && answer["done"]?.bool == true)
        var same = try Self.relay(stream: false)
        let body = Array(#"{"model":"m","message":{"role":"assistant","content":"x"},"done":true}"#.utf8)
        #expect(try same.whole(body) == body)
    }

    @Test("The body goes on untouched but for the model's name")
    func request() throws {
        let body =
            #"{ "messages":[{"role":"user","content":"\u0068i"}],"options":{"temperature":0.70}, "x":null,"model":"up/m"}"#
        let call = try OllamaChat.call(
            try OllamaChat.understand(Array(body.utf8)), to: target(.ollamaChat, model: "l:8b"))
        #expect(call.path == "/api/chat" && call.dropped.isEmpty)
        #expect(String(decoding: call.body, as: UTF8.self) == body.replacing("up/m", with: "l:8b"))
    }
}
