import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Counting tokens")
struct AnthropicTokenCountTests {
    private static let body = """
        {"model":"m","system":"s","messages":[{"role":"user","content":"12345678"}],"tools":[{"name":"f","input_schema":{"type":"object"}}]}
        """

    private static func call(_ wire: WireFormat, model: String = "m") throws -> UpstreamCall {
        try AnthropicTokenCount.call(
            try AnthropicTokenCount.understand(Array(body.utf8)), to: target(wire, model: model))
    }

    @Test("Anthropic is asked with the caller's own bytes, and its answer is the caller's")
    func anthropic() throws {
        var call = try Self.call(.anthropicMessages)
        #expect(call.path == "/messages/count_tokens" && call.body == Array(Self.body.utf8) && call.estimate == nil)
        let answer = Array(#"{ "input_tokens": 14 }"#.utf8)
        #expect(try call.relay.whole(answer) == answer)
        #expect(call.relay.summary.usage == Usage())
        #expect { _ = try call.relay.whole(Array("{}".utf8)) } throws: {
            ($0 as? UpstreamFailure)?.kind == .badAnswer
        }
    }

    @Test("Gemini counts the whole request")
    func gemini() throws {
        var call = try Self.call(.gemini, model: "gemini-2.5-flash")
        #expect(call.path == "/models/gemini-2.5-flash:countTokens")
        let request = try JSONValue.parse(call.body)["generateContentRequest"]
        #expect(request?["model"]?.string == "models/gemini-2.5-flash")
        #expect(request?["systemInstruction"] != nil && request?["tools"] != nil && request?["contents"]?.count == 1)
        let answer = try call.relay.whole(Array(#"{"totalTokens": 31, "promptTokensDetails": []}"#.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"input_tokens":31}"#)
    }

    @Test("Nobody else is asked: the answer is an estimate", arguments: [WireFormat.openAIChat, .ollamaChat])
    func estimate(wire: WireFormat) throws {
        let call = try Self.call(wire)
        let count = try JSONValue.parse(try #require(call.estimate))["input_tokens"]?.int
        #expect((5...40).contains(try #require(count)))
        #expect(call.relay.summary.usage == Usage())
    }

    @Test("A conversation of another dialect is counted by Anthropic with what the operation takes, and no more")
    func translated() throws {
        var conversation = Conversation(messages: [Message(.user, [.text("q")])])
        conversation.sampling.temperature = 0.5
        conversation.user = "u"
        let request = try AnthropicTokenCount.understand(Array(Self.body.utf8))
        let call = try TokenCountCall.make(
            conversation, request, to: target(.anthropicMessages), name: { "\($0)" }, write: { _ in [] })
        let keys = try JSONValue.parse(call.body).members.map(\.key)
        #expect(keys == ["model", "messages"])
    }
}
