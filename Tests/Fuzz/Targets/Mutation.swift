/// Changes bytes at random: single bytes, slices of others, and values in the place of values. The same seed gives the same
/// inputs.
public struct Mutation {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    private static let values = [
        "null", "true", "0", "-1", "1e400", "9223372036854775808", "-0.0", "\"\"", "[]", "{}", "[[[[]]]]",
        "\"\\ud800\"", "\"\\u0000\"", "{\"type\":\"text\"}", "\"9\"", "[null]", "123456789012345678901234567890",
    ]
    private static let spices = Array("\0\t\n\r \"#%',-./0:;[\\]{}\u{7F}".utf8) + [0x80, 0xC0, 0xE2, 0xF4, 0xFF]

    /// One input made from these.
    public mutating func input(from seeds: [[UInt8]]) -> [UInt8] {
        var bytes = seeds[number(below: seeds.count)]
        for _ in 0...number(below: 4) {
            guard !bytes.isEmpty else { return bytes }
            change(&bytes, seeds)
        }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]]) {
        let place = number(below: bytes.count)
        switch number(below: 9) {
        case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1: bytes[place] = Self.spices[number(below: Self.spices.count)]
        case 2: bytes.insert(Self.spices[number(below: Self.spices.count)], at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 9)))
        case 4: bytes.removeLast(bytes.count - place)
        case 5:
            let end = min(bytes.count, place + 1 + number(below: 200))
            bytes.insert(contentsOf: bytes[place..<end], at: number(below: bytes.count))
        case 6:
            let other = seeds[number(below: seeds.count)]
            guard !other.isEmpty else { return }
            let start = number(below: other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 1 + number(below: 100))], at: place)
        default: replaceValue(in: &bytes, from: place)
        }
    }

    /// Puts another value in the place of the next one: what stands between a colon and the comma or brace after it.
    private mutating func replaceValue(in bytes: inout [UInt8], from place: Int) {
        guard let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let ends = Array(",}]\n".utf8)
        let end = bytes[(colon + 1)...].firstIndex { ends.contains($0) } ?? bytes.endIndex
        bytes.replaceSubrange((colon + 1)..<end, with: Array(Self.values[number(below: Self.values.count)].utf8))
    }

    private mutating func number(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
