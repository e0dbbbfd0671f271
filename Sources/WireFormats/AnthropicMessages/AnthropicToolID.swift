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

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
