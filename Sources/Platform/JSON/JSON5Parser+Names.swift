extension JSON5Parser {
    /// An unquoted key: an IdentifierName of ECMAScript 5.1, section 7.6.
    mutating func identifier() throws(JSON5Error) -> String {
        guard let first = scanner.next, Self.begins(first) || first == "\\" else { throw unexpected(wanting: "a key") }
        var name = String.UnicodeScalarView()
        while let scalar = scanner.next, Self.goesOn(scalar) || scalar == "\\" {
            let start = scanner.position
            scanner.advance()
            var meant = scalar
            if scalar == "\\" {
                guard scanner.take("u") else { throw unexpected(wanting: "u and four hex digits") }
                meant = try unicodeEscape(from: start)
                guard name.isEmpty ? Self.begins(meant) : Self.goesOn(meant) else {
                    throw JSON5Error("this escape is no letter of an unquoted key", at: start)
                }
            }
            name.append(meant)
        }
        return String(name)
    }

    private static func begins(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "$", "_": return true
        default: break
        }
        guard !scalar.isASCII else { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        default: return false
        }
    }

    static func goesOn(_ scalar: Unicode.Scalar) -> Bool {
        if begins(scalar) || isDigit(scalar) { return true }
        guard !scalar.isASCII else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return true
        default: return scalar == "\u{200C}" || scalar == "\u{200D}"
        }
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }
}
