internal import GatewayTypes
internal import JSON

/// Citations as Responses has them (`annotations` of a text), from the shapes in which other formats tell them, and back.
enum ResponsesAnnotations {
    /// - Parameter length: of the text so far, in characters: a source that names no place in it is put there.
    static func annotations(_ citations: RawJSON, at length: Int) -> [RawJSON] {
        guard let list = try? JSONValue.parse(citations.bytes) else { return [] }
        return list.elements.flatMap { annotations(of: $0, at: length) }
    }

    /// Whether any of them has no place here.
    static func leavesOut(_ citations: RawJSON) -> Bool {
        (try? JSONValue.parse(citations.bytes))?.elements.contains {
            annotations(of: $0, at: 0).isEmpty && !GeminiGroundedPages.names($0)
        } ?? false
    }

    private static func annotations(of citation: JSONValue, at length: Int) -> [RawJSON] {
        if let url = citation.string { return [written(url: url, title: "", from: length, to: length)] }
        // OpenAI's chat completions.
        if let inner = citation["url_citation"], let url = inner["url"]?.string {
            return [
                written(
                    url: url, title: inner["title"]?.string ?? "", from: inner["start_index"]?.int ?? length,
                    to: inner["end_index"]?.int ?? length)
            ]
        }
        // Already an annotation of Responses.
        if let type = citation["type"]?.string, ownTypes.contains(type) { return [RawJSON(citation.raw)] }
        guard let url = citation["url"]?.string ?? citation["uri"]?.string else { return [] }
        return [
            written(
                url: url, title: citation["title"]?.string ?? "", from: citation["startIndex"]?.int ?? length,
                to: citation["endIndex"]?.int ?? length)
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
    static func citations(_ annotations: [JSONValue]) -> RawJSON {
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
                                for (key, value) in annotation.members where key != "type" { $0.member(key, value) }
                            }
                        }
                    }
                }
            })
    }
}
