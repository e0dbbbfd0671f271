internal import CSimdJSON
internal import Glibc

/// A text in which some strings may be others. What equals it elsewhere need not be parsed: it is as valid as the text was,
/// has the same members, and says something else only in those strings.
public struct JSONPattern: Sendable {
    private let text: [UInt8]
    /// Where the insides of those strings are, in the order of the text.
    private let strings: [Range<Int>]
    /// Which of them is measured.
    private let measured: Int

    /// - Parameters:
    ///   - text: valid JSON, and whatever else has to stand around it.
    ///   - measured: where the inside, without its quotes, of the string is whose length is of interest.
    ///   - others: where the insides of the other strings are that may differ.
    public init(_ text: [UInt8], measured: Range<Int>, others: [Range<Int>]) {
        self.text = text
        strings = (others + [measured]).sorted { $0.lowerBound < $1.lowerBound }
        self.measured = strings.firstIndex(of: measured) ?? 0
    }

    public struct Match: Equatable, Sendable {
        /// Where the bytes after it begin.
        public let end: Int
        /// How many bytes are inside the measured string.
        public let length: Int
    }

    /// Looks whether `bytes` go on like the text from `start` on.
    public func match(_ bytes: [UInt8], from start: Int = 0) -> Match? {
        bytes.withUnsafeBufferPointer { bytes in
            text.withUnsafeBufferPointer { match(bytes, from: start, like: $0) }
        }
    }

    private func match(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, like text: UnsafeBufferPointer<UInt8>
    ) -> Match? {
        guard let here = bytes.baseAddress, let there = text.baseAddress else { return nil }
        var position = start
        var compared = 0
        var length = 0
        func takes(upTo end: Int) -> Bool {
            let count = end - compared
            guard bytes.count - position >= count, memcmp(here + position, there + compared, count) == 0 else {
                return false
            }
            position += count
            return true
        }
        for index in strings.indices {
            let string = strings[index]
            guard takes(upTo: string.lowerBound) else { return nil }
            let inside = json_inside(here + position, bytes.count - position)
            guard inside >= 0 else { return nil }
            if index == measured { length = inside }
            position += inside
            compared = string.upperBound
        }
        return takes(upTo: text.count) ? Match(end: position, length: length) : nil
    }
}
