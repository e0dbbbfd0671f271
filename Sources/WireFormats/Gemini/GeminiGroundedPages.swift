internal import JSON

/// The pages that Gemini's `groundingMetadata` names, as citations in the common shape: one for each page and each piece of
/// the answer that it supports, and one behind the whole answer for a page that supports none.
enum GeminiGroundedPages {
    /// Whether these are the facts of a grounded answer and name a page.
    static func names(_ grounding: JSONValue) -> Bool {
        grounding["groundingChunks"]?.elements.contains { page($0) != nil } ?? false
    }

    /// An index of two bytes names a page of any length, and may do so again and again: what is written ends where it is
    /// sixteen times as long as what it was made from.
    /// - Parameter text: of the answer so far.
    static func write(_ grounding: JSONValue, in text: [UInt8], to writer: inout JSONWriter) {
        let pages = grounding["groundingChunks"]?.elements.map(page) ?? []
        guard pages.contains(where: { $0 != nil }) else { return }
        let most = writer.bytes.count + 16 * grounding.range.count
        // How many characters stand before each byte, and before the end.
        var before = [0]
        for byte in text { before.append(before[before.count - 1] + (byte & 0xC0 == 0x80 ? 0 : 1)) }
        var supporting: Set<Int> = []
        for support in grounding["groundingSupports"]?.elements.map(\.self) ?? [] {
            let (start, end) = characters(support["segment"], before)
            for index in support["groundingChunkIndices"]?.elements.compactMap(\.int) ?? [] {
                guard pages.indices.contains(index), let page = pages[index] else { continue }
                guard writer.bytes.count < most else { return }
                supporting.insert(index)
                write(page, from: start, to: end, to: &writer)
            }
        }
        let end = before[text.count]
        for (index, page) in pages.enumerated() where !supporting.contains(index) {
            if let page { write(page, from: end, to: end, to: &writer) }
        }
    }

    private static func page(_ chunk: JSONValue) -> JSONValue? {
        let source = chunk["web"] ?? chunk["retrievedContext"]
        return source?["uri"]?.string == nil ? nil : source
    }

    private static func write(_ page: JSONValue, from start: Int, to end: Int, to writer: inout JSONWriter) {
        WebCitation.write(
            url: page["uri"]?.string ?? "", title: page["title"]?.string, text: page["text"]?.string, from: start,
            to: end, to: &writer)
    }

    /// A segment's place counts bytes, and the first is not written where it is 0 (the API's description of `Segment`).
    private static func characters(_ segment: JSONValue?, _ before: [Int]) -> (start: Int, end: Int) {
        let start = segment?["startIndex"]?.int ?? 0
        guard let end = segment?["endIndex"]?.int, start >= 0, start <= end, end < before.count else {
            return (before[before.count - 1], before[before.count - 1])
        }
        return (before[start], before[end])
    }
}
