import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// A provider's counts are its own: whatever they say, nothing traps and nothing gets negative.
@Suite("Absurd usage")
struct AbsurdUsageTests {
    static let counts = ["9223372036854775807", "-9223372036854775808", "-1", "1e18"]

    private static func check(_ usage: Usage?) throws {
        let usage = try #require(usage)
        #expect(usage.promptTokens >= 0 && usage.completionTokens >= 0 && usage.totalTokens >= 0)
        #expect(usage.promptTokens <= 1_000_000_000 && usage.completionTokens <= 1_000_000_000)
    }

    @Test("OpenAI's", arguments: counts)
    func openAI(count: String) throws {
        let text = """
            {"prompt_tokens":\(count),"completion_tokens":\(count),"total_tokens":\(count),
             "completion_tokens_details":{"reasoning_tokens":\(count)},"prompt_tokens_details":{"cached_tokens":\(count)}}
            """
        try Self.check(ChatUsage.read(try JSONValue.parse(Array(text.utf8))))
    }

    @Test("Gemini's", arguments: counts)
    func gemini(count: String) throws {
        let text = """
            {"promptTokenCount":\(count),"toolUsePromptTokenCount":\(count),"candidatesTokenCount":\(count),
             "thoughtsTokenCount":\(count),"cachedContentTokenCount":\(count)}
            """
        try Self.check(GeminiUsage.common(try JSONValue.parse(Array(text.utf8))))
    }

    @Test("Anthropic's", arguments: counts)
    func anthropic(count: String) throws {
        let text = """
            {"input_tokens":\(count),"output_tokens":\(count),"cache_read_input_tokens":\(count),
             "cache_creation_input_tokens":\(count)}
            """
        var usage = AnthropicUsage()
        try Self.check(usage.atEnd(try JSONValue.parse(Array(text.utf8))))
    }
}
