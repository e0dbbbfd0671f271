/// A small repeatable source of chance (Steele, Lea and Flood's SplitMix64): the same seed gives the same cases everywhere.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True once in so many times.
    mutating func once(in times: Int) -> Bool { number(1...times) == 1 }

    mutating func one<Element>(of list: [Element]) -> Element { list[number(0...(list.count - 1))] }

    /// Words with what encoders stumble over: quotes, escapes, line ends, several bytes a character.
    mutating func text() -> String {
        let words = [
            "hello", "wörld", "\"quoted\"", "back\\slash", "two\nlines", "tab\there", "日本", "😀", "data: x",
            "\u{2028}", "{\"a\":", "</think>", "%20", "\u{1}", "e\u{301}", "[DONE]",
        ]
        // What stands at either end is no space: some providers refuse it.
        return (0..<number(1...6)).map { _ in one(of: words) }.joined(separator: " ") + "."
    }

    /// A JSON object without white space between its tokens.
    mutating func object() -> String {
        let values = [
            "1", "-2.50", "true", "null", "\"x y\"", "[1,\"ä\"]", "{\"k\":{}}", "\"\\n\"", "12345678901234567890",
        ]
        let members = (0..<number(0...4)).map { "\"k\($0)\":\(one(of: values))" }
        return "{\(members.joined(separator: ","))}"
    }

    /// Where to cut so many bytes, in order.
    mutating func cuts(of count: Int, _ pieces: Int) -> [Int] { (0..<pieces).map { _ in number(0...count) }.sorted() }

    /// The bytes in pieces.
    mutating func pieces<Bytes: RangeReplaceableCollection>(of bytes: Bytes, _ count: Int) -> [Bytes]
    where Bytes.Index == Int {
        let ends = cuts(of: bytes.count, count - 1) + [bytes.count]
        return zip([0] + ends, ends).map { Bytes(bytes[$0..<$1]) }
    }

    /// The text in pieces that are none of them empty.
    mutating func pieces(of text: String) -> [String] {
        var rest = Array(text)
        var pieces: [String] = []
        while !rest.isEmpty {
            let count = number(1...max(1, rest.count / 2))
            pieces.append(String(rest.prefix(count)))
            rest.removeFirst(count)
        }
        return pieces
    }
}
