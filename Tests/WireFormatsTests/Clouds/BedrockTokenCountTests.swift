import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Counts of tokens on Bedrock")
struct BedrockTokenCountTests {
    private static let body =
        #"{"model":"r","system":"s","thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"q"}]}"#

    private static func call(_ wire: WireFormat, model: String) throws -> UpstreamCall {
        let asked = try AnthropicTokenCount.understand(Array(body.utf8))
        let call = try AnthropicTokenCount.call(asked, to: target(wire, model: model))
        return try Cloud.bedrock.hosted(call, in: wire, model: model, stream: false)
    }

    private static func answer(_ call: UpstreamCall, _ text: String) throws -> String {
        var relay = call.relay
        return String(decoding: try relay.whole(Array(text.utf8)), as: UTF8.self)
    }

    @Test("What InvokeModel would be sent is packed up, with the members its schema wants")
    func invoke() throws {
        let call = try Self.call(.anthropicMessages, model: "anthropic.claude-3-haiku-20240307-v1:0")
        #expect(call.path == "/model/anthropic.claude-3-haiku-20240307-v1%3A0/count-tokens")
        let packed = try #require(try JSONValue.parse(call.body)["input"]?["invokeModel"]?["body"]?.string)
        let body = try JSONValue.parse(try #require(Base64.decode(packed)))
        #expect(body["anthropic_version"]?.string == "bedrock-2023-05-31" && body["model"] == nil)
        #expect(body["max_tokens"]?.int == 3024 && body["system"]?.string == "s" && body["messages"]?.count == 1)
        #expect(try Self.answer(call, #"{"inputTokens":37}"#) == #"{"input_tokens":37}"#)
    }

    @Test("What Converse would be sent is told without what does not count")
    func converse() throws {
        let call = try Self.call(.bedrockConverse, model: "anthropic.claude-3-haiku-20240307-v1:0")
        #expect(call.path == "/model/anthropic.claude-3-haiku-20240307-v1%3A0/count-tokens")
        let input = try #require(try JSONValue.parse(call.body)["input"]?["converse"])
        #expect(input["messages"]?.count == 1 && input["system"]?.count == 1 && input["inferenceConfig"] == nil)
        #expect(try Self.answer(call, #"{"inputTokens":37}"#) == #"{"input_tokens":37}"#)
    }

    @Test(
        "An inference profile is asked for as its model",
        arguments: [
            ("us.anthropic.claude-x", "anthropic.claude-x"), ("global.anthropic.claude-x", "anthropic.claude-x"),
            ("anthropic.claude-x", "anthropic.claude-x"), ("zai.glm-4.7", "zai.glm-4.7"),
            (
                "arn:aws:bedrock:us-east-1:1:x/us.anthropic.y",
                "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fus.anthropic.y"
            ),
        ])
    func profiles(model: String, id: String) {
        #expect(BedrockTokenCount.path(model: model) == "/model/\(id)/count-tokens")
    }

    @Test("Where a model turns out not to count, the gateway's estimate stands in")
    func standIn() throws {
        for wire in [WireFormat.anthropicMessages, .bedrockConverse] {
            #expect(try Self.call(wire, model: "m").standIn != nil)
        }
        let body = Array(#"{"message":"The provided model doesn't support counting tokens."}"#.utf8)
        #expect(BedrockFailure.read(status: 400, type: "ValidationException", body: body).kind == .notFound)
    }

    @Test("An answer without a count is none", arguments: ["{}", #"{"inputTokens":"x"}"#, "[]", "no"])
    func noCount(text: String) throws {
        for wire in [WireFormat.anthropicMessages, .bedrockConverse] {
            let call = try Self.call(wire, model: "m")
            #expect { try Self.answer(call, text) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
        }
    }
}
