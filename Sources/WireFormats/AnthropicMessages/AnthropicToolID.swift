/// Anthropic takes letters, digits, `_` and `-` in the ids of tool calls; other providers' ids have more.
enum AnthropicToolID {
    private static let prefix = "hex_"

    /// The id itself where it is allowed, else its bytes in hexadecimal digits: different ids stay different.
    static func allowed(_ id: String) -> String {
        let isAllowed = !id.isEmpty && !id.hasPrefix(prefix) && id.utf8.allSatisfy(isAllowed)
        if isAllowed { return id }
        return id.utf8.reduce(into: prefix) { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }

    /// The id that `allowed` made this one of.
    static func original(_ id: String) -> String {
        guard id.hasPrefix(prefix) else { return id }
        let digits = Array(id.utf8.dropFirst(prefix.utf8.count))
        guard digits.count.isMultiple(of: 2) else { return id }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = hex(digits[index]), let low = hex(digits[index + 1]) else { return id }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self) ?? id
    }

    private static func hex(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
