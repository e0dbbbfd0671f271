extension JSON5Parser {
    /// A string in either quotes.
    mutating func string() throws(JSON5Error) -> String {
        let start = scanner.position
        let quote = scanner.advance()
        var text = String.UnicodeScalarView()
        while scanner.next != quote {
            let place = scanner.position
            guard let scalar = scanner.advance() else { throw JSON5Error("this string has no end", at: start) }
            if scalar == "\\" {
                if let meant = try escape(from: place) { text.append(meant) }
            } else if scalar == "\n" || scalar == "\r" {
                throw JSON5Error("this string does not end in its line", at: start)
            } else {
                text.append(scalar)
            }
        }
        scanner.advance()
        return String(text)
    }

    /// What the escape means whose backslash, at `start`, was taken; nothing for a line continuation.
    private mutating func escape(from start: JSON5Position) throws(JSON5Error) -> Unicode.Scalar? {
        guard let scalar = scanner.advance() else { throw unexpected(wanting: "an escape") }
        switch scalar {
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x": return Unicode.Scalar(UInt8(try hex(digits: 2, from: start)))
        case "u": return try unicodeEscape(from: start)
        case "0":
            if let next = scanner.next, Self.isDigit(next) {
                throw JSON5Error("octal escapes are not allowed", at: start)
            }
            return "\0"
        case "1"..."9": throw JSON5Error("a digit cannot be escaped", at: start)
        case "\r":
            _ = scanner.take("\n")
            return nil
        case "\n", "\u{2028}", "\u{2029}": return nil
        default: return scalar
        }
    }

    /// The scalar of one escape, or of two that are a surrogate pair; `\u` was taken.
    mutating func unicodeEscape(from start: JSON5Position) throws(JSON5Error) -> Unicode.Scalar {
        let unit = try hex(digits: 4, from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, scanner.take("\\u") {
            let low = try hex(digits: 4, from: start)
            if low >= 0xDC00, low <= 0xDFFF, let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + low - 0xDC00)
            {
                return scalar
            }
        }
        throw JSON5Error("half of a surrogate pair stands alone", at: start)
    }

    private mutating func hex(digits: Int, from start: JSON5Position) throws(JSON5Error) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let scalar = scanner.next, let digit = Self.hexDigit(scalar) else {
                throw JSON5Error("this escape needs \(digits) hex digits", at: start)
            }
            scanner.advance()
            value = value << 4 | digit
        }
        return value
    }

    static func hexDigit(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "0"..."9": scalar.value - 0x30
        case "a"..."f": scalar.value - 0x57
        case "A"..."F": scalar.value - 0x37
        default: nil
        }
    }
}
