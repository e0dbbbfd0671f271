extension [UInt8] {
    /// Whether the blank line that ends a server-sent event stands at the end.
    var endsRecord: Bool {
        suffix(2).elementsEqual("\n\n".utf8) || suffix(4).elementsEqual("\r\n\r\n".utf8)
            || suffix(2).elementsEqual("\r\r".utf8)
    }

    /// The bytes, of which nothing is left here: so whoever takes them is their one owner.
    mutating func taken() -> [UInt8] {
        defer { self = [] }
        return self
    }

    /// Makes one line of the JSON from `start` on: in JSON a line end is white space, in the framing of events it would end the
    /// record. What a provider or a caller wrote over several lines is quoted in events as it came.
    mutating func joinLines(from start: Int) {
        for end in [UInt8.lineFeed, .carriageReturn] {
            var place = start
            while let found = firstOffset(of: end, from: place) {
                self[found] = .space
                place = found + 1
            }
        }
    }
}
