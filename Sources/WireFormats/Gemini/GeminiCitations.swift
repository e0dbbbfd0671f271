internal import GatewayTypes
internal import JSON

/// Where an answer's facts came from: pages in the common shape, and after them all in Gemini's own.
enum GeminiCitations {
    /// An array of what the candidate has of `groundingMetadata` and `urlContextMetadata` and of the single citations;
    /// `nil` where there are none (an empty `groundingMetadata` comes with every chunk of a grounded stream).
    /// - Parameter text: of the answer so far.
    static func read(_ candidate: JSONValue, in text: [UInt8]) -> RawJSON? {
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
                if let grounding = candidate["groundingMetadata"] {
                    GeminiGroundedPages.write(grounding, in: text, to: &$0)
                }
                for item in found { $0.value(item) }
                $0.endArray()
            })
    }
}
