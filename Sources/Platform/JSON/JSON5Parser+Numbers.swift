extension JSON5Parser {
    /// A number with an optional sign: decimal, hexadecimal, `Infinity` or `NaN`.
    mutating func number() throws(JSON5Error) -> JSON5Node.Value {
        let start = scanner.position
        let isNegative = scanner.next == "-"
        if isNegative || scanner.next == "+" { scanner.advance() }
        if scanner.take("Infinity") { return try whole(.double(isNegative ? -.infinity : .infinity)) }
        if scanner.take("NaN") { return try whole(.double(.nan)) }
        if scanner.next == "0", scanner.peek(1) == "x" || scanner.peek(1) == "X" {
            return try hexadecimal(isNegative: isNegative, from: start)
        }
        return try decimal(isNegative: isNegative, from: start)
    }

    private mutating func decimal(isNegative: Bool, from start: JSON5Position) throws(JSON5Error) -> JSON5Node.Value {
        let whole = digits()
        if whole.count > 1, whole.hasPrefix("0") { throw JSON5Error("a number cannot start with 0", at: start) }
        var text = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
        var isInteger = true
        if scanner.next == "." {
            guard !whole.isEmpty || scanner.peek(1).map(Self.isDigit) == true else {
                throw unexpected(wanting: "a number")
            }
            scanner.advance()
            let fraction = digits()
            text += "." + (fraction.isEmpty ? "0" : fraction)
            isInteger = false
        } else if whole.isEmpty {
            throw unexpected(wanting: "a number")
        }
        if scanner.take("e") || scanner.take("E") {
            text += "e"
            if scanner.take("-") { text += "-" } else { _ = scanner.take("+") }
            let exponent = digits()
            if exponent.isEmpty { throw unexpected(wanting: "the digits of an exponent") }
            text += exponent
            isInteger = false
        }
        if isInteger, let number = Int(text) { return try self.whole(.integer(number)) }
        guard let number = Double(text), number.isFinite else {
            throw JSON5Error("this number is too large", at: start)
        }
        return try self.whole(.double(number))
    }

    private mutating func hexadecimal(isNegative: Bool, from start: JSON5Position) throws(JSON5Error) -> JSON5Node.Value
    {
        scanner.advance()
        scanner.advance()
        var text = isNegative ? "-" : ""
        var value = 0.0
        guard let first = scanner.next, Self.hexDigit(first) != nil else { throw unexpected(wanting: "a hex digit") }
        while let scalar = scanner.next, let digit = Self.hexDigit(scalar) {
            text.unicodeScalars.append(scalar)
            value = value * 16 + Double(digit)
            scanner.advance()
        }
        if let number = Int(text, radix: 16) { return try whole(.integer(number)) }
        guard value.isFinite else { throw JSON5Error("this number is too large", at: start) }
        return try whole(.double(isNegative ? -value : value))
    }

    private mutating func digits() -> String {
        var text = String.UnicodeScalarView()
        while let scalar = scanner.next, Self.isDigit(scalar) {
            text.append(scalar)
            scanner.advance()
        }
        return String(text)
    }
}
