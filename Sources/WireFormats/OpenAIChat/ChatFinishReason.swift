internal import GatewayTypes

/// Finish reasons of chat completions: OpenAI's own five words, those of compatible providers, and what stands for the
/// reasons OpenAI has no word for. Nothing but success is ever called `stop`.
enum ChatFinishReason {
    /// - Parameters:
    ///   - native: `native_finish_reason`, which tells apart what one of OpenAI's words has to stand for.
    /// - Returns: `nil` for the empty word, which some providers send before the end.
    static func read(_ word: String, native: String?) -> FinishReason? {
        switch native {
        case "refusal": return .refusal
        case "pause_turn": return .pause
        default: break
        }
        switch word {
        case "": return nil
        case "stop", "eos", "eos_token", "stop_sequence", "end_turn", "complete", "COMPLETE": return .stop
        case "length", "max_tokens", "model_length", "MAX_TOKENS": return .length
        case "tool_calls", "tool_call", "tool_use", "function_call": return .toolCalls
        case "content_filter", "safety", "SAFETY": return .contentFilter
        case "refusal": return .refusal
        case "pause_turn": return .pause
        case "error", "ERROR": return .error(native ?? word)
        default: return .other(word)
        }
    }

    static func word(for reason: FinishReason) -> String {
        switch reason {
        case .stop: "stop"
        case .length, .pause: "length"  // a paused answer is unfinished, and goes on when asked again
        case .toolCalls: "tool_calls"
        case .contentFilter, .refusal: "content_filter"
        case .error: "error"
        case .other(let word): word
        }
    }

    /// The provider's own reason, where OpenAI's word says less.
    static func nativeWord(for reason: FinishReason) -> String? {
        switch reason {
        case .refusal: "refusal"
        case .pause: "pause_turn"
        case .error(let word): word
        case .stop, .length, .toolCalls, .contentFilter, .other: nil
        }
    }
}
