internal import GatewayTypes

extension ModelEvent {
    /// The choice an event is about; `nil` for those about the whole answer.
    var choice: Int? {
        switch self {
        case .text(let choice, _), .refusal(let choice, _), .thinking(let choice, _),
            .thinkingSignature(let choice, _), .redactedThinking(let choice, _), .toolCall(let choice, _, _, _, _),
            .toolArguments(let choice, _, _), .citations(let choice, _), .logprobs(let choice, _),
            .audio(let choice, _), .finish(let choice, _):
            choice
        case .start, .usage, .leftOut: nil
        }
    }

    /// Whether a chunk holds one of it at most.
    var isOnePerChunk: Bool {
        if case .audio = self { true } else { false }
    }
}
