internal import GatewayTypes
internal import JSON

/// Citations in this dialect's shape, and pages on the web that it cites in the common one. Its own of documents stay as they
/// are; those of others become the citation of a page on the web, as far as they name one.
enum AnthropicCitations {
    static func isPage(_ citation: JSONValue) -> Bool {
        citation["type"]?.isString("web_search_result_location") == true && citation["url"]?.string != nil
    }

    /// - Parameters:
    ///   - start: of the words that they stand behind, in characters of the answer; `end` is after them.
    static func common(_ pages: [JSONValue], from start: Int, to end: Int) -> RawJSON {
        RawJSON(
            JSONWriter.bytes {
                $0.array {
                    for page in pages {
                        WebCitation.write(
                            url: page["url"]?.string ?? "", title: page["title"]?.string,
                            text: page["cited_text"]?.string, from: start, to: end, to: &$0)
                    }
                }
            })
    }

    static func all(of lists: [RawJSON]) -> [[UInt8]] {
        var all: [[UInt8]] = []
        for list in lists {
            guard let list = try? JSONValue.parse(list.bytes) else { continue }
            for citation in list.elements { all += translated(citation) }
        }
        return all
    }

    /// Whether any of them has no place here.
    static func leavesOut(_ list: RawJSON) -> Bool {
        (try? JSONValue.parse(list.bytes))?.elements.contains {
            translated($0).isEmpty && !GeminiGroundedPages.names($0)
        } ?? false
    }

    private static func translated(_ citation: JSONValue) -> [[UInt8]] {
        if let url = citation.string { return [page(url, title: nil, text: nil)] }  // Perplexity's
        if citation["type"]?.string?.hasSuffix("_location") == true { return [citation.raw] }
        if let page = citation.present("url_citation") ?? (citation["url"] == nil ? nil : citation),
            let url = page["url"]?.string
        {
            return [
                self.page(url, title: page["title"]?.string, text: page["content"]?.string ?? page["snippet"]?.string)
            ]
        }
        guard let uri = citation["uri"]?.string else { return [] }
        return [self.page(uri, title: citation["title"]?.string, text: nil)]
    }

    private static func page(_ url: String, title: String?, text: String?) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("type", "web_search_result_location")
                $0.member("url", url)
                $0.member("title", orNull: title)
                $0.member("cited_text", text ?? "")
                $0.member("encrypted_index", "")
            }
        }
    }
}
