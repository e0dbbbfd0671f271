internal import GatewayTypes
internal import JSON

/// Where an answer's facts came from, in Gemini's own shape.
enum GeminiCitations {
    /// An array of what the candidate has of `groundingMetadata` and `urlContextMetadata` and of the single citations;
    /// `nil` where there are none (an empty `groundingMetadata` comes with every chunk of a grounded stream).
    static func read(_ candidate: JSONValue) -> RawJSON? {
        var found: [JSONValue] = []
        for key in ["groundingMetadata", "urlContextMetadata"] {
            if let metadata = candidate[key], metadata.count > 0 { found.append(metadata) }
        }
        if let citations = candidate["citationMetadata"]?["citations"]
            ?? candidate["citationMetadata"]?["citationSources"]
        {
            found += citations.elements.filter { $0.count > 0 }
        }
        guard !found.isEmpty else { return nil }
        return RawJSON(
            JSONWriter.bytes {
                $0.beginArray()
                for item in found { $0.value(item) }
                $0.endArray()
            })
    }
}
