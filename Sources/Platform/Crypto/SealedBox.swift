/// What `SealingKey` makes: a 12-byte nonce, the ciphertext (as long as the plaintext), a 16-byte tag, in this order.
public struct SealedBox: Equatable, Sendable {
    static let nonceLength = 12
    static let tagLength = 16

    /// The box as it is stored.
    public let bytes: [UInt8]

    /// - Throws: `malformedBox` when the bytes are fewer than nonce and tag.
    public init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count >= Self.nonceLength + Self.tagLength else { throw .malformedBox }
        self.bytes = bytes
    }

    init(whole bytes: [UInt8]) { self.bytes = bytes }
}
