/// Ids for tool calls of upstreams that give none. The same bytes give the same id, and no two calls of one conversation
/// share one.
enum GeneratedCallID {
    /// Marks an id of the gateway's own making, so that it is not sent back to an upstream that never saw it.
    static let prefix = "call_gw_"

    /// - Parameter answer: what tells this answer from every other of the conversation.
    ///
    /// At most 40 bytes: OpenAI refuses longer ids, and the conversation may go on there.
    static func make(answer: String, choice: Int, index: Int) -> String {
        let safe = answer.utf8.filter { $0 == 0x2D || $0 == 0x5F || isAlphanumeric($0) }
        let place = choice == 0 ? "_\(index)" : "_\(choice)_\(index)"
        return prefix + String(decoding: safe.suffix(40 - prefix.utf8.count - place.utf8.count), as: UTF8.self) + place
    }

    /// A name for an answer that has none: the FNV-1a hash of its bytes, in hexadecimal digits.
    static func hash(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
