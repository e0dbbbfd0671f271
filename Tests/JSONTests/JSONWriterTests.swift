import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test("Commas stand between members and elements and nowhere else")
    func placesCommas() throws {
        let parsed = try JSONValue.parse(Array("[ 1 ]".utf8))
        let bytes = JSONWriter.bytes {
            $0.object {
                $0.member("s", "x")
                $0.member("i", -12)
                $0.member("d", 0.5)
                $0.member("b", false)
                $0.member("v", parsed)
                $0.member("r", raw: Array("{}".utf8))
                $0.member("o", object: { $0.member("a", array: { _ in }) })
                $0.key("l")
                $0.array {
                    $0.null()
                    $0.array { _ in }
                    $0.int(7)
                    $0.double(.nan)
                    $0.double(-.infinity)
                    $0.bool(true)
                }
            }
        }
        let expected =
            #"{"s":"x","i":-12,"d":0.5,"b":false,"v":[ 1 ],"r":{},"o":{"a":[]},"l":[null,[],7,null,null,true]}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("A writer goes on after a prefix and starts anew when emptied")
    func startsAnew() {
        var writer = JSONWriter(after: Array("data: ".utf8))
        writer.object { $0.member("a", 1) }
        #expect(writer.bytes == Array("data: {\"a\":1}".utf8))
        writer.removeAll()
        writer.array { $0.null() }
        #expect(writer.bytes == Array("[null]".utf8))
    }

    @Test("Only quotes, backslashes and control characters are escaped, wherever in a string they stand")
    func escapes() {
        let cases: [(String, String)] = [
            ("\"", "\\\""), ("\\", "\\\\"), ("\u{0}", "\\u0000"), ("\u{1F}", "\\u001f"),
            ("\u{8}\u{C}\n\r\t", "\\b\\f\\n\\r\\t"),
            ("/\u{7F}\u{2028}é😀!#[]", "/\u{7F}\u{2028}é😀!#[]"),
        ]
        for (text, written) in cases {
            for before in 0..<18 {
                let padding = String(repeating: "é", count: before % 3) + String(repeating: "x", count: before)
                let bytes = JSONWriter.bytes { $0.string(padding + text + padding) }
                #expect(String(decoding: bytes, as: UTF8.self) == "\"\(padding)\(written)\(padding)\"")
            }
        }
    }

    @Test("What is written reads back the same", arguments: UInt64(200)..<280)
    func roundTrips(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let tree = generator.tree(depth: 5)
        #expect(try JSONTree(parsing: tree.bytes) == tree)
        #expect(try JSONTree(parsing: tree.bytes).bytes == tree.bytes)
    }

    @Test("A double is written shortest and reads back to the bit", arguments: UInt64(300)..<310)
    func roundTripsDoubles(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        for _ in 0..<200 {
            let number = generator.double()
            let bytes = JSONWriter.bytes { $0.double(number) }
            #expect(try JSONValue.parse(bytes).double?.bitPattern == number.bitPattern)
        }
        #expect(JSONWriter.bytes { $0.double(0.1) } == Array("0.1".utf8))
    }

    @Test("Integers of every size are written", arguments: [0, 9, 10, -1, Int.max, Int.min])
    func writesIntegers(number: Int) throws {
        #expect(try JSONValue.parse(JSONWriter.bytes { $0.int(number) }).int == number)
    }
}
