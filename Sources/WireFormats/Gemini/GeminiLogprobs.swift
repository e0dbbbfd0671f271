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
