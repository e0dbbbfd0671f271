internal import GatewayTypes

extension AnswerSummary {
    /// Takes note of what an upstream said.
    mutating func note(_ event: ModelEvent) {
        switch event {
        case .start(_, let model, _):
            if let model { self.model = model }
        case .text(_, let text), .refusal(_, let text), .thinking(_, let text), .toolArguments(_, _, let text):
            guard !text.isEmpty else { return }
            hasFirstToken = true
            outputBytes += text.utf8.count
        case .redactedThinking, .audio:
            hasFirstToken = true
        case .toolCall(_, _, _, let name, _):
            hasFirstToken = true
            outputBytes += name.utf8.count
        case .leftOut(let type):
            if !leftOut.contains(type), leftOut.count < 32 { leftOut.append(type) }
        case .thinkingSignature, .citations, .logprobs:
            return
        case .finish(_, let reason):
            hasFirstToken = true
            finish = reason
        case .usage(let usage):
            self.usage = usage
        }
    }
}
