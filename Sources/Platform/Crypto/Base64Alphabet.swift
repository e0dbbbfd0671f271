/// The 64 characters of one variant of base 64, both ways.
struct Base64Alphabet: Sendable {
    private static let padding = UInt8(ascii: "=")
    private static let notInAlphabet: UInt8 = 0xFF

    private let characters: StaticString
    private let values: [UInt8]
    private let isPadded: Bool

    /// - Parameter characters: 64 ASCII characters.
    init(_ characters: StaticString, isPadded: Bool) {
        self.characters = characters
        self.isPadded = isPadded
        var values = [UInt8](repeating: Self.notInAlphabet, count: 256)
        for value in 0..<64 { values[Int(characters.utf8Start[value])] = UInt8(value) }
        self.values = values
    }

    func encode(_ bytes: [UInt8]) -> String {
        let (groups, rest) = bytes.count.quotientAndRemainder(dividingBy: 3)
        let length = groups * 4 + (rest == 0 ? 0 : isPadded ? 4 : rest + 1)
        return String(unsafeUninitializedCapacity: length) { text in
            let characters = characters.utf8Start
            var at = 0
            for group in 0..<groups {
                let (first, second, third) = (bytes[group * 3], bytes[group * 3 + 1], bytes[group * 3 + 2])
                text[at] = characters[Int(first >> 2)]
                text[at + 1] = characters[Int((first & 0x03) << 4 | second >> 4)]
                text[at + 2] = characters[Int((second & 0x0F) << 2 | third >> 6)]
                text[at + 3] = characters[Int(third & 0x3F)]
                at += 4
            }
            if rest > 0 {
                let first = bytes[groups * 3]
                let second = rest == 2 ? bytes[groups * 3 + 1] : 0
                text[at] = characters[Int(first >> 2)]
                text[at + 1] = characters[Int((first & 0x03) << 4 | second >> 4)]
                if rest == 2 { text[at + 2] = characters[Int((second & 0x0F) << 2)] }
                for index in at + rest + 1..<length { text[index] = Self.padding }
            }
            return length
        }
    }

    func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    private func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard !isPadded || text.count % 4 == 0 else { return nil }
        let pads = !isPadded ? 0 : text.suffix(2).reversed().prefix { $0 == Self.padding }.count
        let digits = text.count - pads
        let (groups, rest) = digits.quotientAndRemainder(dividingBy: 4)
        guard rest != 1 else { return nil }  // six bits are no byte
        let length = groups * 3 + max(rest - 1, 0)
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
            var seen: UInt8 = 0
            for group in 0..<groups {
                let at = group * 4
                let (first, second) = (values[Int(text[at])], values[Int(text[at + 1])])
                let (third, fourth) = (values[Int(text[at + 2])], values[Int(text[at + 3])])
                seen |= first | second | third | fourth
                bytes[group * 3] = first << 2 | second >> 4
                bytes[group * 3 + 1] = second << 4 | third >> 2
                bytes[group * 3 + 2] = third << 6 | fourth
            }
            if rest > 0 {
                let at = groups * 4
                let (first, second) = (values[Int(text[at])], values[Int(text[at + 1])])
                let third = rest == 3 ? values[Int(text[at + 2])] : 0
                seen |= first | second | third
                bytes[groups * 3] = first << 2 | second >> 4
                if rest == 3 { bytes[groups * 3 + 1] = second << 4 | third >> 2 }
                isValid = rest == 3 ? third & 0x03 == 0 : second & 0x0F == 0
            }
            isValid = isValid && seen < 64  // 0xFF of a foreign character shows in the sum of all bits
            count = length
        }
        return isValid ? bytes : nil
    }
}
