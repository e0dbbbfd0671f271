internal import GatewayTypes
internal import JSON

/// Token probabilities of one choice in the four lists that completions have for them.
struct CompletionsLogprobs: Sendable {
    private struct Token: Sendable {
        var text: String
        var logprob: Double?
        var others: [(text: String, logprob: Double)]
        /// Where it stands in the choice's text, in characters.
        var offset: Int
    }

    private var tokens: [Token] = []
    private var offset = 0

    /// - Parameter offset: the characters before the first token.
    init(offset: Int) { self.offset = offset }

    var isEmpty: Bool { tokens.isEmpty }

    /// Takes chat completions' `{"content": [...]}` in.
    mutating func add(_ logprobs: RawJSON) {
        guard let list = (try? JSONValue.parse(logprobs.bytes))?.present("content") else { return }
        for token in list.elements {
            let text = token["token"]?.string ?? ""
            let others = token["top_logprobs"]?.elements.compactMap { other in
                other["token"]?.string.map { ($0, other["logprob"]?.double ?? 0) }
            }
            tokens.append(Token(text: text, logprob: token["logprob"]?.double, others: others ?? [], offset: offset))
            offset += text.count
        }
    }

    /// What was taken in since the last time.
    mutating func taken() -> CompletionsLogprobs {
        let taken = self
        tokens = []
        return taken
    }

    func write(to writer: inout JSONWriter) {
        guard !isEmpty else { return writer.null() }
        writer.object { writer in
            writer.key("tokens")
            writer.array { for token in tokens { $0.string(token.text) } }
            writer.key("token_logprobs")
            writer.array { writer in
                for token in tokens {
                    if let logprob = token.logprob { writer.double(logprob) } else { writer.null() }
                }
            }
            writer.key("top_logprobs")
            writer.array { writer in
                for token in tokens {
                    writer.object { for other in token.others { $0.member(other.text, other.logprob) } }
                }
            }
            writer.key("text_offset")
            writer.array { for token in tokens { $0.int(token.offset) } }
        }
    }
}
