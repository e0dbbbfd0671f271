/// Recursive descent over a JSON5 text. Strings, numbers and names are in the extensions.
struct JSON5Parser {
    var scanner: JSON5Scanner

    init(_ scanner: JSON5Scanner) { self.scanner = scanner }

    mutating func document() throws(JSON5Error) -> JSON5Node {
        try scanner.skipSpace()
        let root = try value(depth: 0)
        try scanner.skipSpace()
        if scanner.next != nil { throw unexpected(wanting: "the end of the file") }
        return root
    }

    private mutating func value(depth: Int) throws(JSON5Error) -> JSON5Node {
        let start = scanner.position
        let value: JSON5Node.Value
        switch scanner.next {
        case "{", "[":
            guard depth < JSON5.depthLimit else { throw JSON5Error("this is nested too deeply", at: start) }
            value = scanner.next == "{" ? try object(depth: depth + 1) : try array(depth: depth + 1)
        case "\"", "'": value = .string(try string())
        case "+", "-", ".", "I", "N": value = try number()
        case let digit? where Self.isDigit(digit): value = try number()
        case "t" where scanner.take("true"): value = try whole(.bool(true))
        case "f" where scanner.take("false"): value = try whole(.bool(false))
        case "n" where scanner.take("null"): value = try whole(.null)
        default: throw unexpected(wanting: "a value")
        }
        return JSON5Node(value, at: start)
    }

    private mutating func array(depth: Int) throws(JSON5Error) -> JSON5Node.Value {
        var elements: [JSON5Node] = []
        scanner.advance()
        try scanner.skipSpace()
        while !scanner.take("]") {
            elements.append(try value(depth: depth))
            try separator(before: "]")
        }
        return .array(elements)
    }

    private mutating func object(depth: Int) throws(JSON5Error) -> JSON5Node.Value {
        var members: [JSON5Member] = []
        var places: [[UInt8]: JSON5Position] = [:]
        scanner.advance()
        try scanner.skipSpace()
        while !scanner.take("}") {
            let start = scanner.position
            let key = try key()
            if let first = places.updateValue(start, forKey: Array(key.utf8)) {
                throw JSON5Error("the key \"\(key)\" is given twice, first in line \(first.line)", at: start)
            }
            try scanner.skipSpace()
            guard scanner.take(":") else { throw unexpected(wanting: "a colon after the key") }
            try scanner.skipSpace()
            members.append(JSON5Member(key: key, at: start, value: try value(depth: depth)))
            try separator(before: "}")
        }
        return .object(members)
    }

    /// Moves past a comma and space; without a comma the closing bracket has to follow.
    private mutating func separator(before closing: Unicode.Scalar) throws(JSON5Error) {
        try scanner.skipSpace()
        if scanner.take(",") {
            try scanner.skipSpace()
        } else if scanner.next != closing {
            throw unexpected(wanting: "a comma or \(closing)")
        }
    }

    private mutating func key() throws(JSON5Error) -> String {
        if scanner.next == "\"" || scanner.next == "'" { return try string() }
        return try identifier()
    }

    /// `value`, unless the word that stood for it goes on.
    func whole(_ value: JSON5Node.Value) throws(JSON5Error) -> JSON5Node.Value {
        if let next = scanner.next, Self.goesOn(next) { throw unexpected(wanting: "a comma or a closing bracket") }
        return value
    }

    func unexpected(wanting wanted: String) -> JSON5Error {
        guard let found = scanner.next else {
            return JSON5Error("the file ends where \(wanted) should be", at: scanner.position)
        }
        let code = String(found.value, radix: 16, uppercase: true)
        let isVisible = found.properties.generalCategory != .control && !found.properties.isWhitespace
        let shown = isVisible ? "\"\(found)\"" : "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        return JSON5Error("\(shown) stands where \(wanted) should be", at: scanner.position)
    }
}
