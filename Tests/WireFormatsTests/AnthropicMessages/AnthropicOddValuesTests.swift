import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// Whatever stands in any place of a request or of a provider's answer, nothing traps: it is read, refused or passed over,
/// and what is written is what the dialect says.
@Suite("Odd values in the Messages dialect")
struct AnthropicOddValuesTests {
    private static let request = """
        {"model":"m","max_tokens":9,"stream":true,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral",
        "ttl":"5m"}}],"messages":[{"role":"user","content":[{"type":"text","text":"q"},{"type":"image","source":{"type":
        "base64","media_type":"image/png","data":"AA=="}},{"type":"document","title":"t","source":{"type":"content",
        "content":[{"type":"text","text":"x"}]}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"t",
        "signature":"s"},{"type":"tool_use","id":"i","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":
        "tool_result","tool_use_id":"i","is_error":true,"content":[{"type":"text","text":"r"}]}]}],"tools":[{"name":"f",
        "input_schema":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}],"tool_choice":{"type":
        "tool","name":"f","disable_parallel_tool_use":true},"temperature":0.5,"top_p":0.5,"top_k":5,"stop_sequences":["x"],
        "metadata":{"user_id":"u"},"thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"low",
        "format":{"type":"json_schema","schema":{"type":"object"}}},"service_tier":"auto"}
        """.filter { $0 != "\n" }

    @Test("in a request")
    func requests() {
        var taken = 0
        for text in OddValues(text: Self.request) {
            do throws(GatewayError) {
                let asked = try AnthropicMessages.understand(Array(text.utf8))
                #expect(asked.needs.promptTokens >= 0)
                for wire in WireFormat.conversing {
                    for name in ["m", "gemini-3-pro"] {
                        let body = try AnthropicMessages.call(asked, to: target(wire, model: name)).body
                        #expect(throws: Never.self, "\(wire) \(text)") { _ = try JSONValue.parse(body) }
                    }
                    _ = try AnthropicTokenCount.call(asked, to: target(wire))
                }
                taken += 1
            } catch {
                #expect(error.status == 400 && !error.message.isEmpty)
            }
        }
        #expect(taken > 100)
    }

    private static func relay(from wire: WireFormat, stream: Bool) throws -> any AnswerRelay {
        let body = #"{"model":"m","max_tokens":9,"stream":\#(stream),"messages":[{"role":"user","content":"q"}]}"#
        return try AnthropicMessages.call(try AnthropicMessages.understand(Array(body.utf8)), to: target(wire)).relay
    }

    @Test("in a whole answer", arguments: WireFormat.conversing)
    func whole(wire: WireFormat) throws {
        for text in OddValues(text: try #require(OddNumbersTests.wholeAnswers[wire])) {
            var relay = try Self.relay(from: wire, stream: false)
            do throws(UpstreamFailure) {
                let output = try relay.whole(Array(text.utf8))
                #expect(throws: Never.self, "\(text)") { _ = try JSONValue.parse(output) }
                if wire != .anthropicMessages {
                    #expect(throws: Never.self) { _ = try AnthropicTranscript(whole: output) }
                }
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test("in a stream", arguments: WireFormat.conversing.filter { $0 != .anthropicMessages })
    func streams(wire: WireFormat) throws {
        let records = try #require(OddNumbersTests.streams[wire])
        for changed in records.indices {
            for text in OddValues(text: records[changed]) {
                var relay = try Self.relay(from: wire, stream: true)
                do throws(UpstreamFailure) {
                    var output: [UInt8] = []
                    for (position, record) in records.enumerated() {
                        let line = (position == changed ? text : record).filter { $0 != "\n" }
                        output += try relay.feed(Array((wire == .ollamaChat ? "\(line)\n" : "data: \(line)\n\n").utf8))
                    }
                    output += try relay.finish()
                    #expect(throws: Never.self, "\(text)") { _ = try AnthropicTranscript(stream: output) }
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }
}
