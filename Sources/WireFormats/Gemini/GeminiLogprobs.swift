internal import GatewayTypes
internal import JSON

/// Gemini's `logprobsResult` as OpenAI's `logprobs` object.
enum GeminiLogprobs {
    static func read(_ result: JSONValue) -> RawJSON? {
        guard let chosen = result["chosenCandidates"], chosen.count > 0 else { return nil }
        let tops = result["topCandidates"].map { Array($0.elements) } ?? []
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("content")
        writer.beginArray()
        for (position, token) in chosen.elements.enumerated() {
            writer.beginObject()
            write(token, to: &writer)
            writer.key("top_logprobs")
            writer.beginArray()
            if position < tops.count, let candidates = tops[position]["candidates"] {
                for candidate in candidates.elements {
                    writer.beginObject()
                    write(candidate, to: &writer)
                    writer.endObject()
                }
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return RawJSON(writer.bytes)
    }

    /// OpenAI's `logprobs` objects as the member `logprobsResult`; nothing where they tell nothing.
    static func write(_ pieces: [RawJSON], to writer: inout JSONWriter) {
        let tokens = pieces.compactMap { try? JSONValue.parse($0.bytes) }.flatMap {
            ($0["content"] ?? $0["refusal"]).map { Array($0.elements) } ?? []
        }
        guard !tokens.isEmpty else { return }
        writer.key("logprobsResult")
        writer.object { writer in
            writer.key("topCandidates")
            writer.array { writer in
                for token in tokens {
                    writer.object {
                        $0.key("candidates")
                        $0.array { list in
                            for top in token["top_logprobs"]?.elements.map(\.self) ?? [] { writeToken(top, to: &list) }
                        }
                    }
                }
            }
            writer.key("chosenCandidates")
            writer.array { for token in tokens { writeToken(token, to: &$0) } }
        }
    }

    private static func writeToken(_ token: JSONValue, to writer: inout JSONWriter) {
        writer.object {
            $0.member("token", token["token"]?.string ?? "")
            if let logprob = token["logprob"], logprob.kind == .number { $0.member("logProbability", logprob) }
        }
    }

    private static func write(_ candidate: JSONValue, to writer: inout JSONWriter) {
        let token = candidate["token"]?.string ?? ""
        writer.member("token", token)
        writer.key("logprob")
        if let logprob = candidate["logProbability"] { writer.value(logprob) } else { writer.int(0) }
        writer.key("bytes")
        writer.beginArray()
        for byte in token.utf8 { writer.int(Int(byte)) }
        writer.endArray()
    }
}
