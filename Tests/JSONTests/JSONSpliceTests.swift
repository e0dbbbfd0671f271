import JSON
import Testing

@Suite struct JSONSpliceTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static let edits: [(String, [String], [String], String)] = [
        // text, keys removed, keys set to 0, text after
        ("{ \"a\" : 1 }", [], ["a"], "{ \"a\" : 0 }"),
        ("{ \"a\" : 1 }", ["a"], [], "{  }"),
        ("{}", [], ["n"], "{\"n\":0}"),
        ("{ }", [], ["n", "m"], "{\"n\":0,\"m\":0 }"),
        ("{\"a\":1 }", [], ["n"], "{\"a\":1,\"n\":0 }"),
        ("{\"a\":1 , \"b\":2 , \"c\":3}", ["a"], [], "{\"b\":2 , \"c\":3}"),
        ("{\"a\":1 , \"b\":2 , \"c\":3}", ["b"], [], "{\"a\":1 , \"c\":3}"),
        ("{\"a\":1 , \"b\":2 , \"c\":3}", ["c"], [], "{\"a\":1 , \"b\":2}"),
        ("{\"a\":1,\"b\":2,\"c\":3}", ["b", "c"], [], "{\"a\":1}"),
        ("{\"a\":1,\"b\":2,\"c\":3}", ["a", "c"], ["b"], "{\"b\":0}"),
        ("{\"a\":1,\"b\":2,\"c\":3}", ["c", "b", "a"], ["n"], "{\"n\":0}"),
        ("{\"a\":1,\"b\":2}", ["b"], ["n"], "{\"a\":1,\"n\":0}"),
        ("{\"a\":1,\"b\":2}", ["b"], ["b"], "{\"a\":1,\"b\":0}"),
        ("{\"\\u0061\":1}", [], ["a"], "{\"\\u0061\":0}"),
        ("[1]", ["a"], ["b"], "[1]"),
    ]

    @Test("Members are set and removed with the commas they need", arguments: edits)
    func editsMembers(text: String, removed: [String], set: [String], after: String) throws {
        let value = try JSONValue.parse(bytes(text))
        var splice = JSONSplice(of: value)
        for key in removed { splice.remove(key, from: value) }
        for key in set { splice.set(key, of: value, to: bytes("0")) }
        #expect(String(decoding: splice.apply(), as: UTF8.self) == after)
    }

    @Test("A model and a nested option change together")
    func editsRequest() throws {
        let body = try JSONValue.parse(bytes(#"{ "model": "a",  "stream_options": {"x": 1}, "n":1 }"#))
        var splice = JSONSplice(of: body)
        splice.replace(try #require(body["model"]), with: bytes(#""b""#))
        splice.set("include_usage", of: try #require(body["stream_options"]), to: bytes("true"))
        #expect(splice.apply() == bytes(#"{ "model": "b",  "stream_options": {"x": 1,"include_usage":true}, "n":1 }"#))
    }

    @Test("The later of two edits counts, the outer of two nested, and insertions keep their order")
    func resolvesConflicts() throws {
        let value = try JSONValue.parse(bytes(#"{"a":{"b":1},"c":2}"#))
        let inner = try #require(value["a"])
        var splice = JSONSplice(of: value)
        #expect(splice.isEmpty && splice.apply() == value.source)
        splice.set("b", of: inner, to: bytes("9"))
        splice.set("a", of: value, to: bytes("[]"))
        splice.set("c", of: value, to: bytes("3"))
        splice.set("c", of: value, to: bytes("4"))
        splice.set("n", of: value, to: bytes("5"))
        splice.set("n", of: value, to: bytes("6"))
        splice.set("gone", of: value, to: bytes("0"))
        splice.remove("gone", from: value)
        splice.insert(bytes(" "), at: 0)
        splice.insert(bytes("\n"), at: 0)
        #expect(String(decoding: splice.apply(), as: UTF8.self) == " \n{\"a\":[],\"c\":4,\"n\":6}")
    }

    @Test("Every byte outside of a replaced value stays", arguments: UInt64(400)..<460)
    func leavesOtherBytes(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let value = try JSONValue.parse(generator.text(of: generator.object(members: 6, depth: 4)))
        for member in value.members {
            var splice = JSONSplice(of: value)
            splice.set(member.key, of: value, to: bytes("\"new\""))
            let range = member.value.range
            let expected = value.source[..<range.lowerBound] + bytes("\"new\"") + value.source[range.upperBound...]
            #expect(splice.apply() == Array(expected))
        }
    }

    @Test("Random edits of members mean the same as the edits of a tree", arguments: UInt64(500)..<620)
    func agreesWithTree(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let count = Int.random(in: 0..<6, using: &generator)
        let value = try JSONValue.parse(generator.text(of: generator.object(members: count)))
        var tree = JSONTree(value)
        var splice = JSONSplice(of: value)
        for step in 0..<6 {
            let key = value.members.map(\.key).randomElement(using: &generator) ?? "new"
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                splice.remove(key, from: value)
                tree[key] = nil
            case 1:
                splice.set(key, of: value, to: bytes("\(step)"))
                tree[key] = .number("\(step)")
            default:
                splice.set("new \(step % 2)", of: value, to: bytes("\(step)"))
                tree["new \(step % 2)"] = .number("\(step)")
            }
        }
        #expect(try JSONTree(parsing: splice.apply()) == tree)
    }
}
