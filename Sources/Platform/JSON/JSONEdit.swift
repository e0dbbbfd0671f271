/// Bytes that take the place of a range of a text.
struct JSONEdit: Sendable {
    var range: Range<Int>
    var bytes: [UInt8]

    /// Makes all edits at once. At the same offset insertions come first and in their order; of edits that overlap the
    /// one that starts first counts, of those the longest, of those the last given.
    static func apply(_ edits: [JSONEdit], to source: [UInt8]) -> [UInt8] {
        let ordered =
            edits.count == 1
            ? [(offset: 0, element: edits[0])]
            : edits.enumerated().sorted { left, right in
                let (first, second) = (left.element.range, right.element.range)
                if first.lowerBound != second.lowerBound { return first.lowerBound < second.lowerBound }
                if first.isEmpty || second.isEmpty {
                    return first.isEmpty && second.isEmpty ? left.offset < right.offset : first.isEmpty
                }
                return first.count != second.count ? first.count > second.count : left.offset > right.offset
            }
        var output: [UInt8] = []
        output.reserveCapacity(source.count + edits.reduce(0) { $0 + $1.bytes.count })
        var copied = 0
        for (_, edit) in ordered where edit.range.lowerBound >= copied {
            output.append(contentsOf: source[copied..<edit.range.lowerBound])
            output.append(contentsOf: edit.bytes)
            copied = edit.range.upperBound
        }
        output.append(contentsOf: source[copied...])
        return output
    }
}
