internal import GatewayTypes
internal import JSON

/// Cohere's citations: those of documents with an address become citations of pages, a source each; all others stay as
/// they are.
enum CohereCitations {
    static func common(_ citations: [JSONValue]) -> RawJSON {
        RawJSON(JSONWriter.bytes { $0.array { for citation in citations { write(citation, to: &$0) } } })
    }

    private static func write(_ citation: JSONValue, to writer: inout JSONWriter) {
        let pages = (citation["sources"]?.elements.map(\.self) ?? []).compactMap { $0["document"] }.filter {
            $0["url"]?.string?.isWebAddress == true
        }
        guard !pages.isEmpty else { return writer.value(citation) }
        for page in pages {
            WebCitation.write(
                url: page["url"]?.string ?? "", title: page["title"]?.string,
                text: page["snippet"]?.string ?? page["text"]?.string, from: citation["start"]?.int ?? 0,
                to: citation["end"]?.int ?? 0, to: &writer)
        }
    }
}
