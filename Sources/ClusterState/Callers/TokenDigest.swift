internal import Crypto

/// The SHA-256 of a token's text, as a key that is cheap to hash: its bits are random already.
struct TokenDigest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ text: String) {
        words = SHA256.digest(text).withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// The column `tokens.hash`.
    var hex: String { withUnsafeBytes(of: words) { Hex.encode(Array($0)) } }

    /// In constant time.
    static func == (one: TokenDigest, other: TokenDigest) -> Bool {
        let (a, b) = (one.words, other.words)
        return (a.0 ^ b.0) | (a.1 ^ b.1) | (a.2 ^ b.2) | (a.3 ^ b.3) == 0
    }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
