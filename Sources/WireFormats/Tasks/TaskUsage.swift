internal import GatewayTypes
internal import JSON

/// What an answer to something else than a conversation says was used.
enum TaskUsage {
    /// The `usage` object of OpenAI's shape (`prompt_tokens` or `input_tokens`), or Jina's and Voyage's, which counts a total.
    static func read(_ answer: JSONValue) -> Usage? {
        guard let usage = answer.present("usage") else { return nil }
        if let read = ChatUsage.read(usage) { return read }
        return usage["total_tokens"]?.tokenCount.map { Usage(promptTokens: $0).clamped() }
    }
}
