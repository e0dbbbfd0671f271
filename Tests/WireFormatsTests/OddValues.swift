/// JSON texts made from one by putting an odd value in the place of each of its scalars, one at a time.
struct OddValues: Sequence {
    /// The edges of the number types, numbers that no type holds, and what is no number where one is meant.
    static let all = [
        "2147483647", "2147483648", "-2147483649", "9007199254740993", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e18", "9.3e18", "1e308", "-1e308",
        "1e400", "-1e400", "1e-400", "-0", "0", "-1", "0.5", "-0.0e-0", "123456789012345678901234567890", "null",
        "true",
        "\"\"", "\"9223372036854775808\"", "\"NaN\"", "[]", "{}", "[[]]", "{\"a\":-1}",
    ]

    let text: String

    func makeIterator() -> AnyIterator<String> {
        let bytes = Array(text.utf8)
        var places = Self.scalars(bytes)[...]
        var values = Self.all[...]
        return AnyIterator {
            if values.isEmpty {
                values = Self.all[...]
                places = places.dropFirst()
            }
            guard let place = places.first, let value = values.popFirst() else { return nil }
            return String(decoding: bytes[..<place.lowerBound], as: UTF8.self) + value
                + String(decoding: bytes[place.upperBound...], as: UTF8.self)
        }
    }

    /// Where the scalars are that are no keys. The text has neither escapes nor spaces before colons.
    private static func scalars(_ bytes: [UInt8]) -> [Range<Int>] {
        var places: [Range<Int>] = []
        var at = 0
        while at < bytes.count {
            let start = at
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at = bytes[(at + 1)...].firstIndex(of: UInt8(ascii: "\""))! + 1
                if at == bytes.count || bytes[at] != UInt8(ascii: ":") { places.append(start..<at) }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                while at < bytes.count, !",]} \n".utf8.contains(bytes[at]) { at += 1 }
                places.append(start..<at)
            default: at += 1
            }
        }
        return places
    }
}
