internal import GatewayTypes
internal import JSON

/// Converse's citations: those that name a page on the web become citations of it, all others stay as they are.
enum ConverseCitations {
    /// - Parameters:
    ///   - start: of the words that they stand behind, in characters of the answer; `end` is after them.
    static func common(_ citations: [JSONValue], from start: Int, to end: Int) -> RawJSON {
        RawJSON(
            JSONWriter.bytes {
                $0.array { for citation in citations { write(citation, from: start, to: end, to: &$0) } }
            })
    }

    private static func write(_ citation: JSONValue, from start: Int, to end: Int, to writer: inout JSONWriter) {
        let source = citation["source"]?.string.flatMap { $0.isWebAddress ? $0 : nil }
        guard let url = citation["location"]?["web"]?["url"]?.string ?? source else { return writer.value(citation) }
        let words = citation["sourceContent"]?.elements.compactMap { $0["text"]?.string } ?? []
        WebCitation.write(
            url: url, title: citation["title"]?.string, text: words.isEmpty ? nil : words.joined(separator: "\n"),
            from: start, to: end, to: &writer)
    }
}
