internal import GatewayTypes
internal import JSON

extension GeminiCandidate {
    /// The members of one element of `candidates`.
    /// - Parameter isLast: whether the finish reason is told; a candidate's last chunk has at least one part.
    func write(isLast: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            if !parts.isEmpty || finish?.hasWords != false {
                writer.key("content")
                writer.object {
                    $0.key("parts")
                    $0.array { writeParts(to: &$0) }
                    $0.member("role", "model")
                }
            }
            if isLast, let finish {
                writer.member("finishReason", finish.geminiWord)
                if let words = finish.geminiMessage { writer.member("finishMessage", words) }
            }
            writer.member("index", index)
            GeminiGrounding(citations, in: text).write(to: &writer)
            GeminiLogprobs.write(logprobs, to: &writer)
        }
    }

    private func writeParts(to writer: inout JSONWriter) {
        // A signature stands in the part after it, or in an empty one.
        var waiting: String?
        func signature(_ own: String?, _ writer: inout JSONWriter) {
            if let own {
                writer.member("thoughtSignature", own)
            } else if let text = waiting {
                writer.member("thoughtSignature", text)
                waiting = nil
            }
        }
        func empty(_ writer: inout JSONWriter) {
            writer.object {
                $0.member("text", "")
                signature(nil, &$0)
            }
        }
        for part in parts {
            if case .signature(let text) = part {
                if waiting != nil { empty(&writer) }
                waiting = text
                continue
            }
            writer.object {
                switch part {
                case .text(let text):
                    $0.member("text", text)
                    signature(nil, &$0)
                case .thought(let text, let own):
                    $0.member("text", text)
                    $0.member("thought", true)
                    if let own { $0.member("thoughtSignature", own) }
                case .call(let call, let own):
                    $0.key("functionCall")
                    $0.object {
                        if !call.id.isEmpty { $0.member("id", call.id) }
                        $0.member("name", call.name)
                        $0.member("args", raw: call.argumentsOnOneLine)
                    }
                    signature(own, &$0)
                case .media(let type, let data):
                    $0.key("inlineData")
                    $0.object {
                        $0.member("mimeType", type)
                        $0.member("data", data)
                    }
                case .signature: return
                }
            }
        }
        if waiting != nil || parts.isEmpty { empty(&writer) }
    }
}

extension FinishReason {
    /// Whether an answer that ended so had words of its own; a filtered one may have none.
    fileprivate var hasWords: Bool { self != .contentFilter }

    /// Gemini's word. A paused answer is unfinished, and goes on when asked again.
    fileprivate var geminiWord: String {
        switch self {
        case .stop, .toolCalls: "STOP"
        case .length, .pause: "MAX_TOKENS"
        case .contentFilter, .refusal: "SAFETY"
        case .error(let word), .other(let word): Self.isGeminis(word) ? word : "OTHER"
        }
    }

    /// The provider's own word where Gemini's says less.
    fileprivate var geminiMessage: String? {
        switch self {
        case .error(let word), .other(let word): Self.isGeminis(word) ? nil : word
        case .refusal: "The model declined to answer."
        case .pause: "The provider paused its answer: the same conversation sent again goes on."
        case .stop, .toolCalls, .length, .contentFilter: nil
        }
    }

    private static let geminiWords: Set<String> = [
        "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MALFORMED_FUNCTION_CALL",
        "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE",
        "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE",
    ]

    private static func isGeminis(_ word: String) -> Bool { geminiWords.contains(word) }
}
