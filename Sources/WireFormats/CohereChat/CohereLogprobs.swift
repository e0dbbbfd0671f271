internal import GatewayTypes
internal import JSON

/// Cohere's list of `{"text","token_ids","logprobs"}` in OpenAI's shape. A piece of several tokens has its sum.
enum CohereLogprobs {
    static func common(_ list: JSONValue?) -> RawJSON? {
        guard let list else { return nil }
        let pieces = list.kind == .array ? Array(list.elements) : list.kind == .object ? [list] : []
        let known = pieces.compactMap { piece -> (String, Double)? in
            guard let text = piece["text"]?.string, let numbers = piece["logprobs"], numbers.kind == .array else {
                return nil
            }
            let sum = numbers.elements.reduce(0) { $0 + ($1.double ?? 0) }
            return sum.isFinite ? (text, sum) : nil
        }
        guard !known.isEmpty else { return nil }
        return RawJSON(
            JSONWriter.bytes {
                $0.object {
                    $0.key("content")
                    $0.array {
                        for (text, logprob) in known {
                            $0.object {
                                $0.member("token", text)
                                $0.member("logprob", logprob)
                                $0.key("bytes")
                                $0.array { for byte in text.utf8 { $0.int(Int(byte)) } }
                                $0.key("top_logprobs")
                                $0.array { _ in }
                            }
                        }
                    }
                    $0.key("refusal")
                    $0.null()
                }
            })
    }
}
