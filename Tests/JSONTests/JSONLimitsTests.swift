import JSON
import Testing

@Suite struct JSONLimitsTests {
    @Test("Every truncation of an object is an error of a known place", arguments: UInt64(0)..<40)
    func refusesTruncations(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let text = generator.text(of: generator.object(members: 5))
        let end = try JSONValue.parse(text).range.upperBound
        for length in 0..<end {
            let error = #expect(throws: JSONError.self) { try JSONValue.parse(text[..<length]) }
            #expect(error?.offset != nil)
            #expect(error?.reason == .truncated || error?.reason == .empty)
        }
    }

    @Test(
        "A byte changed at random gives a value that writes back or an error of a known place",
        arguments: UInt64(0)..<60)
    func survivesMutations(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let text = generator.text(of: generator.object(members: 4))
        let telling = Array("{}[]:,\"\\ \u{0}\u{C}-+.0e1tfn/'\u{1A}\n".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0..<60 {
            var changed = text
            let place = Int.random(in: 0..<text.count, using: &generator)
            changed[place] = telling.randomElement(using: &generator)!
            do {
                let tree = JSONTree(try JSONValue.parse(changed))
                #expect(try JSONTree(parsing: tree.bytes) == tree)
            } catch {
                #expect(error.offset != nil, "\(String(decoding: changed, as: UTF8.self))")
            }
        }
    }

    @Test("256 levels are read and 257 are too deep", arguments: [("[", "]"), ("{\"a\":", "}")])
    func limitsDepth(opening: String, closing: String) throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)).utf8)
        }
        for depth in [255, 256] {
            let tree = try JSONTree(parsing: nested(depth))
            #expect(tree.bytes == nested(depth))
        }
        let fault = 256 * opening.utf8.count
        #expect(throws: JSONError(.tooDeep, at: fault)) { try JSONValue.parse(nested(257)) }
        #expect(throws: JSONError(.tooDeep, at: fault)) { try JSONValue.parse(nested(100_000)) }
    }

    @Test("A body of 20 MB is read with its last member")
    func readsLargeBodies() throws {
        var writer = JSONWriter(capacity: 21 << 20)
        writer.object {
            $0.member("content", String(repeating: "twenty megabytes \"of\" text\n", count: 750_000))
            $0.member("model", "last")
        }
        let value = try JSONValue.parse(writer.bytes)
        #expect(writer.bytes.count > 20 << 20)
        #expect(value["model"]?.string == "last")
        #expect(value.range == 0..<writer.bytes.count)
        #expect(value["content"]?.string?.utf8.count == 27 * 750_000)
    }

    @Test("64 MB of brackets are refused, not followed")
    func refusesManyBrackets() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue.parse(Array(repeating: UInt8(ascii: "["), count: 64 << 20))
        }
        #expect(error == JSONError(.tooDeep, at: 256))
    }

    @Test("More than 128 MB are refused unread")
    func refusesTooLarge() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue.parse(Array(repeating: 0x20, count: 128 << 20 + 1))
        }
        #expect(error == JSONError(.tooLarge))
    }

    @Test("A duplicate is found among few keys and among many, plain or escaped", arguments: [2, 3, 16, 17, 5000])
    func findsDuplicates(count: Int) throws {
        let keys = (0..<count).map { "\"some_key_\($0)_of_many\":\($0)" }
        let distinct = "{" + keys.joined(separator: ",")
        #expect(try JSONValue.parse(Array((distinct + "}").utf8)).count == count)
        for twin in ["\"some_key_0_of_many\":0}", "\"some_key_0_of_man\\u0079\":0}"] {
            #expect(throws: JSONError(.duplicateKey, at: distinct.utf8.count + 1)) {
                try JSONValue.parse(Array((distinct + "," + twin).utf8))
            }
        }
    }

    @Test("The first key that repeats an earlier one is blamed")
    func blamesFirstDuplicate() {
        let filler = (0..<30).map { "\"\($0)\":0," }.joined()
        let text = "{\(filler)\"b\":0,\"a\":0,\"a\":1,\"b\":1}"
        #expect(throws: JSONError(.duplicateKey, at: filler.utf8.count + 13)) { try JSONValue.parse(Array(text.utf8)) }
    }

    @Test("A thread that read a huge text reads small ones after it")
    func reusesThreadState() throws {
        let huge = [UInt8(ascii: "[")] + Array(repeating: 0x20, count: 3 << 20) + [UInt8(ascii: "]")]
        for _ in 0..<3 {
            #expect(try JSONValue.parse(huge).count == 0)
            #expect(try JSONValue.parse(Array("[1,2]".utf8)).count == 2)
            #expect(throws: JSONError(.truncated, at: 2)) { try JSONValue.parse(Array("[1".utf8)) }
        }
    }
}
