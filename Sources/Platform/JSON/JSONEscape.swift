/// How text becomes a JSON string: only what RFC 8259, section 7 demands is escaped, so U+2028 stays as it is.
enum JSONEscape {
    /// Whether every byte of the text stands for itself.
    static func isClean(_ text: UnsafeBufferPointer<UInt8>) -> Bool { firstToEscape(in: text, from: 0) == text.count }

    /// Appends UTF-8 `text` in quotes; clean runs are copied whole.
    static func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        output.reserveMore(text.count + 2)
        output.append(UInt8(ascii: "\""))
        var runStart = 0
        while true {
            let stop = firstToEscape(in: text, from: runStart)
            if stop > runStart { output.append(contentsOf: text[runStart..<stop]) }
            guard stop < text.count else { break }
            append(text[stop], to: &output)
            runStart = stop + 1
        }
        output.append(UInt8(ascii: "\""))
    }

    /// The index of the first byte that cannot stand for itself, or the count.
    private static func firstToEscape(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let bytes = UnsafeRawBufferPointer(text)
        while index + 8 <= bytes.count, !mayNeedEscape(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
            index += 8
        }
        // The rest in one look where it may overlap what was looked at; else, or with a find, byte by byte.
        if index > start, index < bytes.count, index + 8 > bytes.count,
            !mayNeedEscape(bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
        {
            return bytes.count
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return index
    }

    /// Whether one of eight bytes is a quote, a backslash or below 0x20. A byte with its high bit set never is, and
    /// may only be taken for one above a byte that is.
    private static func mayNeedEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let below = (word &- ones &* 0x20) & ~word
        return (below | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & high != 0
    }

    private static func append(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x22, 0x5C: output.append(byte)
        default:
            output.append(contentsOf: "u00".utf8)
            output.append(0x30 + byte >> 4)
            let low = byte & 0xF
            output.append(low < 10 ? 0x30 + low : 0x57 + low)
        }
    }
}
