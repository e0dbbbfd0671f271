import JSON
import Testing

@Suite struct JSONValueTests {
    @Test("A member is found by key and read by kind")
    func readsMembers() throws {
        let value = try JSONValue.parse(
            Array(#"{"model":"a\u0062c","n":3.0,"list":[1,{"x":true},null],"m\u006f":"plain"}"#.utf8))
        #expect(value["model"]?.string == "abc")
        #expect(value["mo"]?.string == "plain")
        #expect(value["n"]?.int == 3)
        #expect(value["list"]?[1]?["x"]?.bool == true)
        #expect(value["list"]?[2]?.isNull == true)
        #expect(value["list"]?[3] == nil && value["list"]?[-1] == nil)
        #expect(value["absent"] == nil && value["n"]?["absent"] == nil && value[0] == nil && value["list"]?["0"] == nil)
        #expect(value.members.map(\.key) == ["model", "n", "list", "mo"])
        #expect(value["list"]?.elements.map(\.kind) == [.number, .object, .null])
        #expect(value.count == 4 && value["list"]?.count == 3 && value["n"]?.count == 0)
    }

    @Test("A walk finds the same members as a look-up, also under an escaped key")
    func walksMembers() throws {
        let value = try JSONValue.parse(Array(#"{"a":1,"\u0062":2,"":3,"ab":{"a":4},"b\n":5}"#.utf8))
        var found: [String: Int] = [:]
        value.eachMember { key, value in
            switch key {
            case "a": found["a"] = value.int
            case "b": found["b"] = value.int
            case "": found[""] = value.int
            case "ab": value.eachMember { if case "a" = $0 { found["ab.a"] = $1.int } }
            case "b\n": found["b\n"] = value.int
            default: found["?"] = 0
            }
        }
        #expect(found == ["a": 1, "b": 2, "": 3, "ab.a": 4, "b\n": 5])
        for text in ["[1]", "1", "null", "{}"] {
            try JSONValue.parse(Array(text.utf8)).eachMember { _, _ in Issue.record("\(text) has no members") }
        }
    }

    @Test("Reading as another kind gives nothing", arguments: ["null", "true", "1", "\"1\"", "[1]", "{\"1\":1}"])
    func readsOnlyItsKind(text: String) throws {
        let value = try JSONValue.parse(Array(text.utf8))
        #expect((value.string != nil) == (value.kind == .string))
        #expect((value.int != nil) == (value.kind == .number) && (value.double != nil) == (value.kind == .number))
        #expect((value.bool != nil) == (value.kind == .bool) && value.isNull == (value.kind == .null))
        #expect(Array(value.elements).isEmpty == (value.kind != .array))
        #expect(Array(value.members).isEmpty == (value.kind != .object))
        #expect(value.isString("1") == (value.kind == .string))
    }

    static let numbers: [(String, Int?, Double?)] = [
        ("0", 0, 0), ("-0", 0, 0), ("-7", -7, -7), ("3.0", 3, 3), ("3e2", 300, 300), ("3.5", nil, 3.5),
        ("1e-3", nil, 0.001),
        ("9223372036854775807", Int.max, 0x1p63), ("-9223372036854775808", Int.min, -0x1p63),
        ("9223372036854775808", nil, 0x1p63), ("18446744073709551615", nil, 0x1p64),
        ("-9223372036854775809", nil, -0x1p63),
        ("100000000000000000000", nil, 1e20), ("1e400", nil, nil), ("-1e400", nil, nil), ("1e-400", 0, 0),
        ("0e999999999999", 0, 0),
        ("1e99999999999999999999999", nil, nil), ("1e-99999999999999999999999", 0, 0), ("0.1", nil, 0.1),
        ("1" + String(repeating: "0", count: 400), nil, nil), ("0." + String(repeating: "0", count: 400) + "1", 0, 0),
        ("0." + String(repeating: "0", count: 400) + "1e401", 1, 1),
        ("1" + String(repeating: "0", count: 400) + "e-400", 1, 1),
        ("2.2250738585072011e-308", nil, Double.leastNormalMagnitude.nextDown),
        ("5e-324", nil, Double.leastNonzeroMagnitude),
        ("1.7976931348623157e308", nil, 1.7976931348623157e308),
    ]

    @Test("A number is an int when whole and in range, and the nearest double when finite", arguments: numbers)
    func readsNumbers(text: String, int: Int?, double: Double?) throws {
        let value = try JSONValue.parse(Array("[\(text)]".utf8))[0]
        #expect(value?.int == int)
        #expect(value?.double == double)
    }

    @Test("A string is decoded, and compared without being decoded")
    func decodesStrings() throws {
        let value = try JSONValue.parse(
            Array(#"["\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00é€😀","","plain"]"#.utf8))
        let meant = "\"\\/\u{8}\u{C}\n\r\tAé€😀é€😀"
        #expect(value[0]?.string == meant)
        #expect(value[0]?.isString(meant) == true && value[0]?.isString("") == false)
        #expect(value[1]?.string == "" && value[1]?.isString("") == true && value[1]?.isString("a") == false)
        #expect(value[2]?.isString("plain") == true && value[2]?.isString("plaim") == false)
    }

    @Test("Every value knows its bytes", arguments: UInt64(100)..<160)
    func knowsItsBytes(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let tree = generator.tree(depth: 5)
        let value = try JSONValue.parse(generator.text(of: tree))
        #expect(JSONTree(value) == tree)
        try expectBytes(of: value)
    }

    private func expectBytes(of value: JSONValue) throws {
        let alone = try JSONValue.parse(value.source[value.range])
        #expect(alone.range == 0..<value.range.count && alone.raw == value.raw)
        #expect(JSONTree(alone) == JSONTree(value))
        for element in value.elements { try expectBytes(of: element) }
        for member in value.members {
            #expect(JSONTree(member.value) == value[member.key].map { JSONTree($0) })
            try expectBytes(of: member.value)
        }
    }

    @Test("A value keeps its text alive and is read on other threads")
    func crossesThreads() async throws {
        let model = try #require(try JSONValue.parse(Array(#"{"model":"kept"}"#.utf8))["model"])
        let read = await Task.detached { model.string }.value
        #expect(read == "kept")
    }
}
