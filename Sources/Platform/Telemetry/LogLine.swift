/// One line of the log while it is made: a JSON object (RFC 8259) and a line feed.
public struct LogLine {
    /// Longer texts are cut, for a caller may be where they come from.
    static let longestText = 8192
    private static let hex: StaticString = "0123456789abcdef"

    private(set) var bytes: [UInt8] = []

    init(
        at milliseconds: Int, _ level: LogLevel, _ message: StaticString,
        _ metadata: KeyValuePairs<StaticString, any LogValue>
    ) {
        self.init(at: milliseconds, level, message) { line in
            for (key, value) in metadata {
                line.addKey(key)
                value.write(to: &line)
            }
        }
    }

    init(at milliseconds: Int, _ level: LogLevel, _ message: StaticString, _ addFields: (inout LogLine) -> Void) {
        bytes.reserveCapacity(600)  // most lines
        addConstant(#"{"time":""#)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RFC3339.length) { text in
            RFC3339.write(milliseconds, to: text.baseAddress!)
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
        addConstant(#"","level":""#)
        addPlain(level.rawValue)
        addConstant(#"","message":"#)
        addText(message)
        addFields(&self)
        addConstant("}\n")
    }

    // Fields, whose keys are the program's own.

    public mutating func add(_ key: StaticString, _ value: String) {
        addKey(key)
        addText(value)
    }

    public mutating func add(_ key: StaticString, _ value: Int) {
        addKey(key)
        addInteger(value)
    }

    public mutating func add(_ key: StaticString, _ value: Double) {
        addKey(key)
        value.write(to: &self)
    }

    public mutating func add(_ key: StaticString, _ value: Bool) {
        addKey(key)
        value.write(to: &self)
    }

    private mutating func addKey(_ key: StaticString) {
        let count = key.utf8CodeUnitCount
        add(count + 4) { target in
            target[0] = UInt8(ascii: ",")
            target[1] = UInt8(ascii: "\"")
            (target + 2).update(from: key.utf8Start, count: count)
            target[count + 2] = UInt8(ascii: "\"")
            target[count + 3] = UInt8(ascii: ":")
        }
    }

    mutating func addText(_ text: String) { text.utf8.span.withUnsafeBufferPointer { addQuoted($0) } }

    mutating func addInteger(_ number: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = number.magnitude
            repeat {
                start -= 1
                digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Adds what is JSON already.
    mutating func addPlain(_ text: String) {
        text.utf8.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    private mutating func addText(_ text: StaticString) {
        text.withUTF8Buffer { addQuoted($0) }
    }

    private mutating func addConstant(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Lets `write` fill exactly `count` bytes: one look at the array's owner and room, and not one for each part.
    private mutating func add(_ count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        if bytes.capacity - bytes.count < count { bytes.reserveCapacity(max(bytes.count + count, bytes.capacity * 2)) }
        bytes.append(addingCapacity: count) { span in
            span.withUnsafeMutableBufferPointer { room, filled in
                guard let start = room.baseAddress else { return }
                write(start + filled)
                filled += count
            }
        }
    }

    private mutating func addQuoted(_ text: UnsafeBufferPointer<UInt8>) {
        let count = text.count
        if count <= Self.longestText, Self.firstToEscape(in: text, from: 0, to: count) == count {
            return add(count + 2) { target in
                target[0] = UInt8(ascii: "\"")
                if let start = text.baseAddress { (target + 1).update(from: start, count: count) }
                target[count + 1] = UInt8(ascii: "\"")
            }
        }
        bytes.append(UInt8(ascii: "\""))
        var end = text.count
        if end > Self.longestText {
            end = Self.longestText
            while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }  // not inside a character
        }
        var start = 0  // of the run that needs no escape
        while true {
            let stop = Self.firstToEscape(in: text, from: start, to: end)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<stop]))
            guard stop < end else { break }
            addEscaped(text[stop])
            start = stop + 1
        }
        if end < text.count { addConstant("…") }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The index of the first byte that cannot stand for itself, or the end. DEL too: JSON allows it, terminals act on it.
    private static func firstToEscape(in text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
        var index = start
        while index + 8 <= end {
            let word = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let below = (word &- ones &* 0x20) & ~word
            let special = zeros(word ^ (ones &* 0x22)) | zeros(word ^ (ones &* 0x5C)) | zeros(word ^ (ones &* 0x7F))
            guard (below | special) & 0x8080_8080_8080_8080 == 0 else { break }
            index += 8
        }
        while index < end {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F { return index }
            index += 1
        }
        return end
    }

    private mutating func addEscaped(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default:
            addConstant("u00")
            bytes.append(Self.hex.utf8Start[Int(byte >> 4)])
            bytes.append(Self.hex.utf8Start[Int(byte & 15)])
        }
    }
}
