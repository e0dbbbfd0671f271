/// A provider's words made fit for the caller's eyes: bounded, and without anything that looks like a key.
enum ProviderMessage {
    /// Longer messages are cut: a provider that echoes the whole request must not fill the log.
    static let maximumBytes = 2_000

    /// How the keys and tokens of the providers begin; each is followed by at least eight bytes of secret.
    private static let keyPrefixes = [
        "sk-", "sk_", "sy-", "AIza", "AQ.", "ya29.", "gsk_", "xai-", "hf_", "r8_", "pplx-", "nvapi-", "AKIA", "eyJ",
        "fw_", "csk-", "tgp_",
    ].map { Array($0.utf8) }

    static func safe(_ text: String) -> String {
        let bytes = Array(text.utf8.prefix(maximumBytes))
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var start = 0
        while start < bytes.count {
            guard isWord(bytes[start]) else {
                output.append(bytes[start])
                start += 1
                continue
            }
            let end = bytes[start...].firstIndex { !isWord($0) } ?? bytes.count
            if isKey(bytes[start..<end]) {
                output.append(contentsOf: "[key]".utf8)
            } else {
                output.append(contentsOf: bytes[start..<end])
            }
            start = end
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isKey(_ word: ArraySlice<UInt8>) -> Bool {
        keyPrefixes.contains { word.count >= $0.count + 8 && word.starts(with: $0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "*"): true
        default: false
        }
    }
}
