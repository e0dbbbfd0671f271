import Testing

@testable import JSON

@Suite("A text in which strings may be others")
struct JSONPatternTests {
    static let text = Array(#"x {"id":"a1","n":[1,"fix"],"said":"hello"} y"#.utf8)

    /// Where the inside of `string` is in the text.
    private static func inside(_ string: String) -> Range<Int> {
        let wanted = Array(string.utf8)
        let start = (0...text.count - wanted.count).first { text[$0...].starts(with: wanted) }!
        return start..<start + wanted.count
    }

    static let pattern = JSONPattern(text, measured: inside("hello"), others: [inside("a1")])

    @Test(
        "Other strings at the places match, with the measured one's length as it stands",
        arguments: [
            ("a1", "hello", 5), ("", "", 0), ("b2 c", "a", 1), ("x", "\\n\\\"\\u00e9", 10), ("x", "é😀", 6),
            ("\\\\", "\\\\", 2), ("x", "\\ud83d\\ude00", 12), ("x", "{}[],:", 6),
        ])
    func matches(id: String, said: String, length: Int) {
        let bytes = Array("x {\"id\":\"\(id)\",\"n\":[1,\"fix\"],\"said\":\"\(said)\"} y".utf8)
        #expect(Self.pattern.match(bytes) == JSONPattern.Match(end: bytes.count, length: length))
        #expect(Self.pattern.match([0, 0] + bytes + [0], from: 2) == .init(end: bytes.count + 2, length: length))
        for end in bytes.indices { #expect(Self.pattern.match(Array(bytes[..<end])) == nil) }
    }

    @Test(
        "What is no string, and what differs elsewhere, does not match",
        arguments: [
            #"x {"id":"a1","n":[2,"fix"],"said":"hello"} y"#, #"x {"id":"a1","n":[1,"fox"],"said":"hello"} y"#,
            #"x {"id":"a1","n":[1,"fix"],"said":"hello" } y"#, #"x {"id":"a1","n":[1,"fix"],"said":null} y"#,
            #"x {"id":"a"1","n":[1,"fix"],"said":"hello"} y"#, #"x {"id":"a1","n":[1,"fix"],"said":"\x"} y"#,
            #"x {"id":"a1","n":[1,"fix"],"said":"\ud83d"} y"#, #"x {"id":"a1","n":[1,"fix"],"said":"\"} y"#,
            "x {\"id\":\"a1\",\"n\":[1,\"fix\"],\"said\":\"a\nb\"} y", "",
        ])
    func refuses(text: String) {
        #expect(Self.pattern.match(Array(text.utf8)) == nil)
    }

    @Test("Bytes that are no UTF-8 do not match", arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]])
    func refusesBytes(bad: [UInt8]) {
        let (before, after) = (Self.text.prefix(Self.inside("hello").lowerBound), Self.text.suffix(4))
        #expect(Self.pattern.match(before + bad + after) == nil)
    }

    @Test("Whatever matches is JSON that differs in those strings only")
    func law() throws {
        let json = Array(Self.text[2..<Self.text.count - 2])
        func inside(_ key: String, of value: JSONValue) throws -> Range<Int> {
            let range = try #require(value[key]).range
            return range.lowerBound + 1..<range.upperBound - 1
        }
        let original = try JSONValue.parse(json)
        let pattern = JSONPattern(
            json, measured: try inside("said", of: original), others: [try inside("id", of: original)])
        var random = DocumentGenerator(seed: 11)
        var matched = 0
        for _ in 0..<20_000 {
            var bytes = json
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let at = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = Array("\"\\u0n{}, aé".utf8).randomElement(using: &random)!
                case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
                default: bytes.remove(at: at)
                }
            }
            guard let match = pattern.match(bytes) else { continue }
            matched += 1
            let value = try JSONValue.parse(Array(bytes[..<match.end]))
            #expect(value.count == 3 && value["n"]?.raw == original["n"]?.raw)
            #expect(try inside("said", of: value).count == match.length && value["id"]?.string != nil)
        }
        #expect(matched > 500)
    }
}
