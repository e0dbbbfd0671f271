import JSON
import Testing

@Suite struct JSONAcceptanceTests {
    @Test(
        "Every text of RFC 8259 is accepted",
        arguments: [
            "null", "true", "false", "0", "-0", "7", "-12", "1.5", "-0.25", "1e5", "1E-5", "1e+05", "0e0", "0.0e-0",
            "123456789012345678901234567890", "1e400", "-1e-400", "\"\"", "\"a\"", "[]", "{}", " \t\r\n[ ] ",
            "[[],[[]]]",
            "{\"\":0}", "{\"a\":{\"a\":{}}}", "[1,2 , 3]", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\"",
            "\"\\uD83D\\uDE00\"",
            "\"\\u2028\u{2028}\"", "\"\u{7F}\"", "\"\u{FFFF}\"", "\"\u{10FFFF}\"", "\"\u{FEFF}\"", "[\"a\",\"a\"]",
            "{\"a\":1,\"A\":1}",
            "{\"a\":1,\"b\":{\"a\":1}}", "\"  \"", "[\"a \" , \"b\\\\\"]", "\"//\"", "{\"e\u{301}\":1,\"\u{E9}\":2}",
        ])
    func acceptsValidTexts(text: String) throws {
        let value = try JSONValue.parse(Array(text.utf8))
        let spaces: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        #expect(value.raw.elementsEqual(text.utf8.drop { spaces.contains($0) }.prefix(value.range.count)))
        #expect(try JSONTree(parsing: JSONTree(value).bytes) == JSONTree(value))
    }

    static let refusals: [(String, JSONError.Reason, Int)] = [
        ("", .empty, 0), (" \n ", .empty, 3),
        ("{", .truncated, 1), ("[1", .truncated, 2), ("[1,", .truncated, 3), ("{\"a\"", .truncated, 4),
        ("{\"a\":", .truncated, 5), ("\"abc", .truncated, 4), ("\"", .truncated, 1), ("tru", .truncated, 3),
        ("-", .truncated, 1), ("1.", .truncated, 2), ("1e", .truncated, 2), ("\"\\", .truncated, 1),
        ("\"\\u12", .truncated, 1), ("\"\\ud83d", .truncated, 1), ("[", .truncated, 1), ("[[]", .truncated, 3),
        ("\"\\x\"", .invalidEscape, 1), ("\"ab\\'\"", .invalidEscape, 3), ("\"\\u12G4\"", .invalidEscape, 1),
        ("\"\\u12\"", .invalidEscape, 1), ("\"\\uD83D\"", .invalidEscape, 1), ("\"\\uDE00\"", .invalidEscape, 1),
        ("\"\\uD83Dxx\"", .invalidEscape, 1), ("\"\\uD83D\\uD83D\"", .invalidEscape, 1),
        ("\"\\U0041\"", .invalidEscape, 1),
        ("{\"\\q\":1}", .invalidEscape, 2), ("\"\\u 123\"", .invalidEscape, 1),
        ("01", .invalidNumber, 1), ("-01", .invalidNumber, 2), ("[1.]", .invalidNumber, 3), ("[-]", .invalidNumber, 2),
        ("[1e]", .invalidNumber, 3), ("[1.2.3]", .invalidNumber, 4), ("[1e5.0]", .invalidNumber, 4),
        ("--1", .invalidNumber, 1),
        ("[1+2]", .invalidNumber, 2), ("[00]", .invalidNumber, 2),
        ("nul", .truncated, 3), ("nulL", .unexpectedCharacter, 3), ("True", .unexpectedCharacter, 0),
        ("NaN", .unexpectedCharacter, 0),
        ("Infinity", .unexpectedCharacter, 0), ("+1", .unexpectedCharacter, 0), (".5", .unexpectedCharacter, 0),
        ("'a'", .unexpectedCharacter, 0), ("[,]", .unexpectedCharacter, 1), ("[1,]", .unexpectedCharacter, 3),
        ("[1 2]", .unexpectedCharacter, 3), ("[1;2]", .unexpectedCharacter, 2), ("{,}", .unexpectedCharacter, 1),
        ("{\"a\":1,}", .unexpectedCharacter, 7), ("{\"a\" 1}", .unexpectedCharacter, 5),
        ("{a:1}", .unexpectedCharacter, 1),
        ("{1:1}", .unexpectedCharacter, 1), ("{\"a\",\"b\"}", .unexpectedCharacter, 4), ("[}", .unexpectedCharacter, 1),
        ("{]", .unexpectedCharacter, 1), ("[1}", .unexpectedCharacter, 2), ("{\"a\":1]", .unexpectedCharacter, 6),
        ("[\"a\"\"b\"]", .unexpectedCharacter, 4), ("[1\"b\"]", .unexpectedCharacter, 2),
        ("[truee]", .unexpectedCharacter, 5),
        ("[1x]", .unexpectedCharacter, 2), ("[0x1]", .unexpectedCharacter, 2), ("//\n1", .unexpectedCharacter, 0),
        ("[1/**/]", .unexpectedCharacter, 2), ("\u{0}", .unexpectedCharacter, 0), ("[\u{C}]", .unexpectedCharacter, 1),
        ("[1\u{1A}2]", .unexpectedCharacter, 2), ("\u{A0}1", .unexpectedCharacter, 0), ("]", .unexpectedCharacter, 0),
        (":", .unexpectedCharacter, 0), ("{\"a\"::1}", .unexpectedCharacter, 5), ("[\"a\":1]", .unexpectedCharacter, 4),
        ("\"a\u{1}\"", .controlCharacter, 2), ("\"a\nb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1),
        ("[\"\t\"]", .controlCharacter, 2),
        ("\u{FEFF}{}", .byteOrderMark, 0),
        ("1 2", .trailingContent, 2), ("{}{}", .trailingContent, 2), ("[]]", .trailingContent, 2),
        ("{} x", .trailingContent, 3),
        ("\"a\" \"b\"", .trailingContent, 4), ("null,", .trailingContent, 4), ("1x", .trailingContent, 1),
        ("{}\u{0}", .trailingContent, 2),
        ("{\"a\":1,\"a\":2}", .duplicateKey, 7), ("{\"a\":1,\"\\u0061\":2}", .duplicateKey, 7),
        ("{\"\\u00e9\":1,\"b\":0,\"\u{E9}\":2}", .duplicateKey, 18), ("[{\"\":1,\"\":1}]", .duplicateKey, 7),
    ]

    @Test("A text that is not JSON is refused with its reason and the byte at fault", arguments: refusals)
    func refusesInvalidTexts(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason, at: offset)) { try JSONValue.parse(Array(text.utf8)) }
    }

    static let notUTF8: [([UInt8], JSONError.Reason, Int)] = [
        ([0x80], .invalidUTF8, 0), ([0xFF], .invalidUTF8, 0), ([0xC0, 0xAF], .invalidUTF8, 0),
        ([0xC1, 0x81], .invalidUTF8, 0),
        ([0xE0, 0x80, 0x80], .invalidUTF8, 0), ([0xED, 0xA0, 0x80], .invalidUTF8, 0),
        ([0xF0, 0x80, 0x80, 0x80], .invalidUTF8, 0),
        ([0xF4, 0x90, 0x80, 0x80], .invalidUTF8, 0), ([0xF5, 0x80, 0x80, 0x80], .invalidUTF8, 0),
        ([0xE2, 0x82], .invalidUTF8, 0),
        ([0x61, 0xE2, 0x28, 0xA1], .invalidUTF8, 1), ([0xC3, 0xA9, 0xC3], .invalidUTF8, 2),
    ]

    @Test("Bytes that are not UTF-8 are refused wherever in a block they stand", arguments: notUTF8)
    func refusesInvalidUTF8(bytes: [UInt8], reason: JSONError.Reason, offset: Int) {
        for padding in [0, 1, 31, 60, 62, 63, 64, 65, 200] {
            let text = Array("{\"k\":\"".utf8) + Array(repeating: 0x61, count: padding) + bytes + Array("\"}".utf8)
            #expect(throws: JSONError(reason, at: 6 + padding + offset)) { try JSONValue.parse(text) }
        }
    }

    @Test("An error's message says what is wrong and where")
    func explainsErrors() {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(Array("{\"a\":01}".utf8)) }
        #expect(error?.message == "not valid JSON: a number is malformed at byte 6")
        #expect(JSONError(.tooLarge).message == "not valid JSON: the text is too large")
    }
}
