/// A header value with parameters: `form-data; name="file"; filename="a.mp3"` (RFC 9110, section 5.6.6).
struct FormHeader: Sendable {
    /// In lower case.
    let value: String
    /// Names in lower case; of two with one name the first counts.
    private(set) var parameters: [String: String] = [:]

    init(_ text: String) {
        var rest = Substring(text)
        value = Self.trimmed(Self.token(&rest)).lowercased()
        while !rest.isEmpty {
            rest.removeFirst()
            let piece = Self.token(&rest)
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = Self.trimmed(piece[..<equals]).lowercased()
            if parameters[name] == nil {
                parameters[name] = Self.unquoted(Self.trimmed(piece[piece.index(after: equals)...]))
            }
        }
    }

    /// The boundary of a form: 1 to 70 bytes that may stand in a body (RFC 2046, section 5.1.1).
    var boundary: String? {
        guard value == "multipart/form-data", let text = parameters["boundary"], (1...70).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else { return nil }
        return text
    }

    /// Takes everything up to the next `;` that is not quoted.
    private static func token(_ rest: inout Substring) -> Substring {
        var isQuoted = false
        var isEscaped = false
        let end =
            rest.firstIndex { character in
                if isEscaped {
                    isEscaped = false
                } else if isQuoted, character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isQuoted.toggle()
                }
                return character == ";" && !isQuoted
            } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    private static func trimmed(_ text: Substring) -> String {
        let tail = text.drop { $0 == " " || $0 == "\t" }
        return String(tail.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var output = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                output.append(character)
                isEscaped = false
            }
        }
        return output
    }
}
