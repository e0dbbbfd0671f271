internal import GatewayTypes
internal import JSON

/// Citations of other providers as `groundingMetadata`: a source is a chunk, the words it stands behind are a support.
struct GeminiGrounding {
    /// How many characters a citation may be of to have them written with it: many may be of the same long text.
    private static let longestQuote = 2_048

    private var citations: [JSONValue] = []
    private let text: [UInt8]
    /// Where each character begins among the bytes of the text, which is how Gemini counts, and where the text ends.
    private let places: [Int]

    /// - Parameter text: of the answer so far.
    init(_ lists: [RawJSON], in text: [UInt8]) {
        self.text = text
        places = lists.isEmpty ? [] : text.indices.filter { text[$0] & 0xC0 != 0x80 } + [text.count]
        for list in lists {
            guard let list = try? JSONValue.parse(list.bytes) else { continue }
            citations += list.elements.filter { $0.kind == .object || $0.kind == .string }
        }
    }

    func write(to writer: inout JSONWriter) {
        guard !citations.isEmpty else { return }
        writer.key("groundingMetadata")
        writer.object { writer in
            writer.key("groundingChunks")
            writer.array { for citation in citations { writeChunk(citation, to: &$0) } }
            let supports = citations.enumerated().filter { Self.supports($0.element) }
            guard !supports.isEmpty else { return }
            writer.key("groundingSupports")
            writer.array { writer in
                for (index, citation) in supports { writeSupport(citation, chunk: index, to: &writer) }
            }
        }
    }

    private func writeChunk(_ citation: JSONValue, to writer: inout JSONWriter) {
        // Cohere names the documents behind a piece of its text.
        let document = citation["sources"]?[0]?["document"]
        let facts = citation["url_citation"] ?? document ?? citation
        let uri = facts.string ?? facts["url"]?.string ?? facts["uri"]?.string
        let title = facts["title"]?.string ?? facts["document_title"]?.string
        writer.object {
            $0.key(uri == nil ? "retrievedContext" : "web")
            $0.object {
                if let uri { $0.member("uri", uri) }
                if let title { $0.member("title", title) }
                if uri == nil, let text = facts["cited_text"]?.string ?? document?["snippet"]?.string {
                    $0.member("text", text)
                }
            }
        }
    }

    private static func supports(_ citation: JSONValue) -> Bool {
        let facts = citation["url_citation"] ?? citation
        return facts["end_index"]?.int != nil || facts["cited_text"]?.string != nil || facts["end"]?.int != nil
    }

    private func writeSupport(_ citation: JSONValue, chunk: Int, to writer: inout JSONWriter) {
        let facts = citation["url_citation"] ?? citation
        writer.object {
            $0.key("segment")
            $0.object {
                if let end = (facts["end_index"] ?? facts["end"])?.int {
                    let start = (facts["start_index"] ?? facts["start"])?.int ?? 0
                    let place = bytes(from: start, to: end)
                    $0.member("startIndex", place?.lowerBound ?? start)
                    $0.member("endIndex", place?.upperBound ?? end)
                    if let place, end - start <= Self.longestQuote {
                        $0.member("text", String(decoding: text[place], as: UTF8.self))
                    }
                } else if let text = (facts["cited_text"] ?? facts["text"])?.string {
                    $0.member("text", text)
                }
            }
            $0.key("groundingChunkIndices")
            $0.array { $0.int(chunk) }
        }
    }

    /// The bytes of these characters; `nil` where they are not in the text.
    private func bytes(from start: Int, to end: Int) -> Range<Int>? {
        guard start >= 0, start <= end, end < places.count else { return nil }
        return places[start]..<places[end]
    }
}
