internal import JSON

/// A citation of a page on the web in the shape of OpenAI's chat completions, which every dialect knows.
enum WebCitation {
    /// - Parameters:
    ///   - text: the words of the page.
    ///   - start: of the words of the answer that it stands behind, in characters; `end` is after them.
    static func write(
        url: String, title: String?, text: String?, from start: Int, to end: Int, to writer: inout JSONWriter
    ) {
        writer.object {
            $0.member("type", "url_citation")
            $0.key("url_citation")
            $0.object {
                $0.member("start_index", start)
                $0.member("end_index", end)
                $0.member("url", url)
                $0.member("title", title ?? "")
                if let text { $0.member("content", text) }
            }
        }
    }
}
