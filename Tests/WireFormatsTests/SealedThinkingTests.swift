import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Sealed thinking")
struct SealedThinkingTests {
    private static let body = """
        {"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","id":"rs_1","summary":[{"type":
        "summary_text","text":"hm"}],"encrypted_content":"SEAL"},{"role":"assistant","content":"a"},
        {"role":"user","content":"and?"}]}
        """

    private static func call(_ seal: String, to wire: WireFormat) throws -> UpstreamCall {
        let body = Array(body.replacing("SEAL", with: seal).utf8)
        let request = try OpenAIResponses.understand(ReceivedRequest(body: body))
        let model = ModelConfiguration(name: "m")
        return try OpenAIResponses.call(
            request, to: UpstreamTarget(wire: wire, model: model, answerID: "1", created: 5))
    }

    @Test(
        "What OpenAI has sealed goes to nobody who would refuse the request for it, and that is told",
        arguments: [WireFormat.anthropicMessages, .bedrockConverse, .gemini])
    func foreign(wire: WireFormat) throws {
        let call = try Self.call("gAAAAABqsealed", to: wire)
        #expect(!String(decoding: call.body, as: UTF8.self).contains("gAAAAABqsealed"))
        #expect(call.dropped == ["input.encrypted_content"])
    }

    @Test("A provider's own seal comes back to it", arguments: [WireFormat.anthropicMessages, .gemini])
    func own(wire: WireFormat) throws {
        let call = try Self.call("U0lH", to: wire)
        #expect(String(decoding: call.body, as: UTF8.self).contains("U0lH"))
        #expect(call.dropped.isEmpty)
    }

    @Test("OpenAI gets back what it has sealed, as it was")
    func openAIs() throws {
        let call = try Self.call("gAAAAABqsealed", to: .openAIResponses)
        #expect(String(decoding: call.body, as: UTF8.self).contains(#""encrypted_content":"gAAAAABqsealed""#))
    }

    @Test(
        "A seal that a provider cannot open is for another candidate",
        arguments: [
            (
                WireFormat.openAIResponses,
                #"{"error":{"message":"The encrypted content for item rs_1 could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}"#
            ),
            (
                WireFormat.anthropicMessages,
                #"{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block"}}"#
            ),
            (
                WireFormat.gemini,
                #"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"Thought signature is not valid"}}"#
            ),
        ])
    func refusals(wire: WireFormat, body: String) {
        let failure = wire.failure(status: 400, body: Array(body.utf8))
        #expect(failure.kind == .unsupported)
        #expect(failure.kind.triesNextCandidate && failure.kind.cools == nil)
        #expect(failure.statusForCaller == 400)
    }

    @Test("Why Anthropic refused is what the answer says")
    func explanation() throws {
        let answer = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"refusal",
            "stop_details":{"type":"refusal","category":"cyber","explanation":"Not this."},
            "usage":{"input_tokens":1,"output_tokens":1}}
            """
        let events = try AnthropicMessagesUpstream.events(of: try JSONValue.parse(Array(answer.utf8)))
        #expect(events.contains(.refusal(choice: 0, "Not this.")))
        #expect(events.contains(.finish(choice: 0, .refusal)))
    }
}
