/// The scalars of a JSON5 text, read one by one with the place of each, past space and comments on demand.
struct JSON5Scanner {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private(set) var position = JSON5Position(line: 1, column: 1)

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// The scalars of UTF-8 `text`, without the byte order mark.
    static func decode(_ text: [UInt8]) throws(JSON5Error) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.count)
        var decoder = UTF8()
        var bytes = text.makeIterator()
        while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar):
                if scalar != "\u{FEFF}" || !scalars.isEmpty { scalars.append(scalar) }
            case .emptyInput:
                return scalars
            case .error:
                var scanner = JSON5Scanner(scalars)
                while scanner.advance() != nil {}
                throw JSON5Error("the file is not UTF-8 here", at: scanner.position)
            }
        }
    }

    /// The next scalar; `nil` at the end.
    var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }

    @discardableResult
    mutating func advance() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        index += 1
        // A carriage return ends a line only if no line feed follows that does.
        if scalar == "\n" || scalar == "\r" && next != "\n" {
            position.line += 1
            position.column = 1
        } else {
            position.column += 1
        }
        return scalar
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        advance()
        return true
    }

    /// Takes all of `word` or nothing.
    mutating func take(_ word: String) -> Bool {
        for (distance, scalar) in word.unicodeScalars.enumerated() where peek(distance) != scalar { return false }
        for _ in word.unicodeScalars { advance() }
        return true
    }

    /// Moves past white space, line ends and comments.
    mutating func skipSpace() throws(JSON5Error) {
        while let scalar = next {
            if Self.isSpace(scalar) {
                advance()
            } else if scalar == "/", peek(1) == "/" {
                while let scalar = next, !Self.isLineEnd(scalar) { advance() }
            } else if scalar == "/", peek(1) == "*" {
                try skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() throws(JSON5Error) {
        let start = position
        advance()
        advance()
        while next != nil {
            if take("*/") { return }
            advance()
        }
        throw JSON5Error("this comment has no end", at: start)
    }

    static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\u{B}", "\u{C}", "\u{A0}", "\u{FEFF}": true
        default: isLineEnd(scalar) || !scalar.isASCII && scalar.properties.generalCategory == .spaceSeparator
        }
    }
}
