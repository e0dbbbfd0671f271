internal import GatewayTypes
internal import JSON

/// Where an answer stands: still coming, or how it ended.
enum ResponsesState: Sendable, Equatable {
    case inProgress
    case completed
    /// With OpenAI's word for the reason, or the provider's own.
    case incomplete(String)
    case failed(code: String, message: String)

    init(_ finish: FinishReason?) {
        switch finish {
        case .stop, .toolCalls, nil: self = .completed
        case .length, .pause: self = .incomplete("max_output_tokens")  // a paused answer goes on when asked again
        case .contentFilter, .refusal: self = .incomplete("content_filter")
        case .error(let text):
            self = .failed(code: "server_error", message: text.isEmpty ? "The provider failed." : text)
        case .other(let word): self = .incomplete(word)
        }
    }

    var word: String {
        switch self {
        case .inProgress: "in_progress"
        case .completed: "completed"
        case .incomplete: "incomplete"
        case .failed: "failed"
        }
    }

    /// The state of an item that was still open when the answer ended so.
    var itemWord: String { self == .completed ? "completed" : "incomplete" }

    func writeReasons(to writer: inout JSONWriter) {
        writer.key("error")
        if case .failed(let code, let message) = self {
            writer.object {
                $0.member("code", code)
                $0.member("message", message)
            }
        } else {
            writer.null()
        }
        writer.key("incomplete_details")
        if case .incomplete(let reason) = self {
            writer.object { $0.member("reason", reason) }
        } else {
            writer.null()
        }
    }
}
