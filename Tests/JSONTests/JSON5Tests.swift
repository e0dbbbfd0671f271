import JSON
import Testing

@Suite struct JSON5Tests {
    private func parse(_ text: String) throws -> JSON5Node { try JSON5.parse(Array(text.utf8)) }

    static let scalars: [(String, JSON5Node.Value)] = [
        ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-7", .integer(-7)),
        ("+1", .integer(1)),
        ("0x1F", .integer(31)), ("-0Xff", .integer(-255)), (".5", .double(0.5)), ("5.", .double(5)),
        ("-.5e1", .double(-5)),
        ("5.e2", .double(500)), ("1E+2", .double(100)), ("Infinity", .double(.infinity)),
        ("-Infinity", .double(-.infinity)),
        ("9223372036854775807", .integer(.max)), ("9223372036854775808", .double(0x1p63)),
        ("0xFFFFFFFFFFFFFFFF", .double(0x1p64)),
        ("'it\\'s \"x\"'", .string("it's \"x\"")), ("\"it's\"", .string("it's")), ("'a\\\nb\\\r\nc'", .string("abc")),
        ("'\\x41\\u0042\\uD83D\\uDE00\\v\\0\\a\\\\'", .string("AB😀\u{B}\0a\\")), ("'\u{2028}'", .string("\u{2028}")),
        ("// before\n/* and * between */ 1 // after", .integer(1)), ("\u{FEFF}\u{A0}1\u{2003}", .integer(1)),
        ("''", .string("")),
    ]

    @Test("Scalars of JSON5 are read", arguments: scalars)
    func readsScalars(text: String, value: JSON5Node.Value) throws {
        #expect(try parse(text).value == value)
        #expect(try parse("[\(text)\n,]").elements?.first?.value == value)
    }

    @Test("NaN is a number")
    func readsNaN() throws {
        #expect(try parse("NaN").double?.isNaN == true)
        #expect(try parse("-NaN").double?.isNaN == true)
    }

    @Test("Keys and values know their line and column")
    func knowsPlaces() throws {
        let root = try parse(
            "// file\r\n{\n  listen: ':80', /* é */ \"models\": [\n\t1,\n\t{ $a_1: true, },\n  ],\r  caf\\u00e9: null }"
        )
        #expect(root.position == JSON5Position(line: 2, column: 1))
        let members = try #require(root.members)
        #expect(members.map(\.key) == ["listen", "models", "café"])
        #expect(
            members.map(\.keyPosition) == [
                JSON5Position(line: 3, column: 3), .init(line: 3, column: 26), .init(line: 7, column: 3),
            ])
        #expect(members.map(\.value.line) == [3, 3, 7] && members.map(\.value.column) == [11, 36, 14])
        let elements = try #require(root["models"]?.elements)
        #expect(elements.map(\.position) == [JSON5Position(line: 4, column: 2), .init(line: 5, column: 2)])
        #expect(elements[1]["$a_1"]?.bool == true && elements[1].kindName == "an object")
    }

    static let faults: [(String, Int, Int, String)] = [
        ("", 1, 1, "the file ends where a value should be"),
        ("// only", 1, 8, "the file ends where a value should be"),
        ("{\n a: 1\n b: 2}", 3, 2, "\"b\" stands where a comma or } should be"),
        ("{a: 1,\n a: 2}", 2, 2, "the key \"a\" is given twice, first in line 1"),
        ("{a: 1, '\\x61': 2}", 1, 8, "the key \"a\" is given twice, first in line 1"),
        ("{a 1}", 1, 4, "\"1\" stands where a colon after the key should be"),
        ("{,}", 1, 2, "\",\" stands where a key should be"),
        ("{1a: 1}", 1, 2, "\"1\" stands where a key should be"),
        ("[1,,2]", 1, 4, "\",\" stands where a value should be"),
        ("[1 2]", 1, 4, "\"2\" stands where a comma or ] should be"),
        ("[1", 1, 3, "the file ends where a comma or ] should be"),
        ("1 2", 1, 3, "\"2\" stands where the end of the file should be"),
        ("\n /* x", 2, 2, "this comment has no end"),
        ("['abc", 1, 2, "this string has no end"),
        ("['a\nb']", 1, 2, "this string does not end in its line"),
        ("'\\1'", 1, 2, "a digit cannot be escaped"),
        ("'\\01'", 1, 2, "octal escapes are not allowed"),
        ("'\\x4'", 1, 2, "this escape needs 2 hex digits"),
        ("'\\u12'", 1, 2, "this escape needs 4 hex digits"),
        ("'é\\uD800'", 1, 3, "half of a surrogate pair stands alone"),
        ("012", 1, 1, "a number cannot start with 0"),
        ("0x", 1, 3, "the file ends where a hex digit should be"),
        (".", 1, 1, "\".\" stands where a number should be"),
        ("+", 1, 2, "the file ends where a number should be"),
        ("1e", 1, 3, "the file ends where the digits of an exponent should be"),
        ("1e999", 1, 1, "this number is too large"),
        ("truex", 1, 5, "\"x\" stands where a comma or a closing bracket should be"),
        ("[12px]", 1, 4, "\"p\" stands where a comma or a closing bracket should be"),
        ("undefined", 1, 1, "\"u\" stands where a value should be"),
        ("\u{1}", 1, 1, "U+0001 stands where a value should be"),
        ("[Infinit]", 1, 2, "\"I\" stands where a number should be"),
        ("{\\u0031: 1}", 1, 2, "this escape is no letter of an unquoted key"),
    ]

    @Test("A fault is told with its line and column", arguments: faults)
    func tellsFaults(text: String, line: Int, column: Int, message: String) {
        #expect(throws: JSON5Error(line: line, column: column, message: message)) { try JSON5.parse(Array(text.utf8)) }
    }

    @Test("Bytes that are not UTF-8 are told with their place")
    func refusesInvalidUTF8() {
        let text = Array("{\n a: 'é".utf8) + [0xFF] + Array("'}".utf8)
        #expect(throws: JSON5Error(line: 2, column: 7, message: "the file is not UTF-8 here")) { try JSON5.parse(text) }
    }

    @Test("256 levels are read and 257 are too deep")
    func limitsDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(256)).elements?.count == 1)
        #expect(throws: JSON5Error(line: 1, column: 257, message: "this is nested too deeply")) {
            try parse(nested(257))
        }
    }

    @Test("Every JSON text is a JSON5 text that means the same", arguments: UInt64(700)..<760)
    func readsJSON(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let tree = generator.tree(depth: 5)
        #expect(Self.tree(try JSON5.parse(generator.text(of: tree))) == tree)
    }

    @Test("Every truncation of an object is an error", arguments: UInt64(800)..<820)
    func refusesTruncations(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let text = generator.object(members: 4).bytes
        for length in 0..<text.count {
            #expect(throws: JSON5Error.self) { try JSON5.parse(Array(text[..<length])) }
        }
    }

    private static func tree(_ node: JSON5Node) -> JSONTree {
        switch node.value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let number): .number("\(number)")
        case .double(let number): .number("\(number)")
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(tree))
        case .object(let members): .object(members.map { ($0.key, tree($0.value)) })
        }
    }
}
