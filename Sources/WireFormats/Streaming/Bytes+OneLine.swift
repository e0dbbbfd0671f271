extension [UInt8] {
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
