extension Span<UInt8> {
    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    public func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the bytes are `word`, which is in lower case, without regard to case.
    public func matches(_ word: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { word in
            for offset in 0..<word.count where Octet.lowercased(self[range.lowerBound + offset]) != word[offset] {
                return false
            }
            return true
        }
    }

    /// The range without blanks at either end.
    public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, Octet.isBlank(self[start]) { start += 1 }
        while end > start, Octet.isBlank(self[end - 1]) { end -= 1 }
        return start..<end
    }
}

extension [UInt8] {
    public mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}

extension HTTPHeaders {
    public mutating func append(from line: Span<UInt8>, name: Range<Int>, value: Range<Int>) {
        line.withUnsafeBufferPointer { append(name: $0[name], value: $0[value]) }
    }
}
