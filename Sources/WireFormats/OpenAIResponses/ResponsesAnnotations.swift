internal import GatewayTypes
internal import JSON

/// Citations as Responses has them (`annotations` of a text), from the shapes in which other formats tell them, and back.
enum ResponsesAnnotations {
    /// Places count from where a text begins here, from where the answer begins elsewhere.
    /// - Parameters:
    ///   - length: of the text so far, in characters: a source that names no place in it is put there.
    ///   - before: the characters of the answer that stand before the text.
    static func annotations(_ citations: RawJSON, at length: Int, after before: Int = 0) -> [RawJSON] {
        guard let list = try? JSONValue.parse(citations.bytes) else { return [] }
        return list.elements.flatMap { annotations(of: $0, at: length, after: before) }
    }

    /// Whether any of them has no place here.
    static func leavesOut(_ citations: RawJSON) -> Bool {
        (try? JSONValue.parse(citations.bytes))?.elements.contains {
            annotations(of: $0, at: 0, after: 0).isEmpty && !GeminiGroundedPages.names($0)
        } ?? false
    }

    private static func annotations(of citation: JSONValue, at length: Int, after before: Int) -> [RawJSON] {
        func place(_ index: JSONValue?) -> Int { index?.int.map { max($0, before) - before } ?? length }
        if let url = citation.string { return [written(url: url, title: "", from: length, to: length)] }
        // OpenAI's chat completions.
        if let inner = citation["url_citation"], let url = inner["url"]?.string {
            return [
                written(
                    url: url, title: inner["title"]?.string ?? "", from: place(inner["start_index"]),
                    to: place(inner["end_index"]))
            ]
        }
        // Already an annotation of Responses.
        if let type = citation["type"]?.string, ownTypes.contains(type) { return [RawJSON(citation.raw)] }
        guard let url = citation["url"]?.string ?? citation["uri"]?.string else { return [] }
        return [
            written(
                url: url, title: citation["title"]?.string ?? "", from: place(citation["startIndex"]),
                to: place(citation["endIndex"]))
        ]
    }

    private static let ownTypes: Set<String> = [
        "url_citation", "file_citation", "container_file_citation", "file_path",
    ]

    private static func written(url: String, title: String, from start: Int, to end: Int) -> RawJSON {
        RawJSON(
            JSONWriter.bytes {
                $0.object {
                    $0.member("type", "url_citation")
                    $0.member("url", url)
                    $0.member("title", title)
                    $0.member("start_index", start)
                    $0.member("end_index", end)
                }
            })
    }

    /// Annotations of a Responses text in the common form: those of web pages in the shape of OpenAI's chat completions, which
    /// every reader knows.
    /// - Parameter before: the characters of the answer that stand before the text.
    static func citations(_ annotations: [JSONValue], after before: Int) -> RawJSON {
        RawJSON(
            JSONWriter.bytes {
                $0.array { writer in
                    for annotation in annotations {
                        guard annotation["type"]?.isString("url_citation") == true, annotation["url"] != nil else {
                            writer.value(annotation)
                            continue
                        }
                        writer.object {
                            $0.member("type", "url_citation")
                            $0.key("url_citation")
                            $0.object {
                                for (key, value) in annotation.members where key != "type" {
                                    if key == "start_index" || key == "end_index", let index = value.int {
                                        $0.member(key, min(index, .max - before) + before)
                                    } else {
                                        $0.member(key, value)
                                    }
                                }
                            }
                        }
                    }
                }
            })
    }
}
