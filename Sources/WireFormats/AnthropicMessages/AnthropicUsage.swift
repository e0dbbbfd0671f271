internal import GatewayTypes
internal import JSON

/// Anthropic's counts. Each message of a stream may repeat, correct or leave out any of them.
struct AnthropicUsage: Sendable {
    private var input = 0
    private var output = 0
    private var cacheRead: Int?
    private var cacheWritten: Int?
    private var thought: Int?
    /// What it took to sum up a conversation that grew too long: billed, and not in the counts beside it.
    private var compaction = Usage()

    mutating func read(_ usage: JSONValue) {
        input = usage["input_tokens"]?.tokenCount ?? input
        output = usage["output_tokens"]?.tokenCount ?? output
        cacheRead = usage["cache_read_input_tokens"]?.tokenCount ?? cacheRead
        cacheWritten = usage["cache_creation_input_tokens"]?.tokenCount ?? cacheWritten
        thought = usage["output_tokens_details"]?["thinking_tokens"]?.tokenCount ?? thought
        if let iterations = usage["iterations"], iterations.kind == .array { compaction = Self.compaction(iterations) }
    }

    private static func compaction(_ iterations: JSONValue) -> Usage {
        var sum = Usage()
        for iteration in iterations.elements where iteration["type"]?.isString("compaction") == true {
            var counts = AnthropicUsage()
            counts.read(iteration)
            sum = sum.adding(counts.common)
        }
        return sum
    }

    /// The counts so far and those of the message that ends the answer.
    /// - Returns: `nil` where the end tells no output: what is known then would pass for the whole.
    mutating func atEnd(_ usage: JSONValue?) -> Usage? {
        guard let usage, usage["output_tokens"]?.tokenCount != nil else { return nil }
        read(usage)
        return common
    }

    /// The `usage` of a message, in this dialect's counting; what only Anthropic could tell is null, as its schema has it.
    static func write(_ usage: Usage, to writer: inout JSONWriter) {
        let usage = usage.clamped()
        writer.object {
            $0.member("input_tokens", usage.promptTokens - (usage.cachedTokens ?? 0) - (usage.cacheWriteTokens ?? 0))
            $0.member("cache_creation_input_tokens", orNull: usage.cacheWriteTokens)
            $0.member("cache_read_input_tokens", orNull: usage.cachedTokens)
            $0.member("output_tokens", usage.completionTokens)
            if let reasoning = usage.reasoningTokens {
                $0.member("output_tokens_details", object: { $0.member("thinking_tokens", reasoning) })
            } else {
                $0.member("output_tokens_details", orNull: nil as String?)
            }
            for unknown in ["cache_creation", "inference_geo", "server_tool_use", "service_tier"] {
                $0.member(unknown, orNull: nil as String?)
            }
        }
    }

    /// `input_tokens` leaves out what the cache gave or took; the prompt has all three.
    private var common: Usage {
        Usage(
            promptTokens: input + (cacheRead ?? 0) + (cacheWritten ?? 0), completionTokens: output,
            cachedTokens: cacheRead, cacheWriteTokens: cacheWritten, reasoningTokens: thought
        ).clamped().adding(compaction)
    }
}

extension Usage {
    /// The sum of both, of which one may be absurd.
    fileprivate func adding(_ other: Usage) -> Usage {
        func sum(_ one: Int?, _ two: Int?) -> Int? { one == nil && two == nil ? nil : (one ?? 0) + (two ?? 0) }
        return Usage(
            promptTokens: promptTokens + other.promptTokens,
            completionTokens: completionTokens + other.completionTokens,
            cachedTokens: sum(cachedTokens, other.cachedTokens),
            cacheWriteTokens: sum(cacheWriteTokens, other.cacheWriteTokens), reasoningTokens: reasoningTokens
        ).clamped()
    }
}
