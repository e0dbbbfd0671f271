extension String {
    /// Nothing but white space.
    var isBlank: Bool { utf8.allSatisfy(Self.isSpace) }

    var withoutTrailingSpace: String {
        guard let last = utf8.lastIndex(where: { !Self.isSpace($0) }) else { return "" }
        return String(self[...last])
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09...0x0D: true
        default: false
        }
    }

    /// Whether `words` stands in this text, without regard to the case of ASCII letters.
    func mentions(_ words: String) -> Bool { lowercased().contains(words) }
}
