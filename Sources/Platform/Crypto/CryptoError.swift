/// What a caller of this module may have to answer for.
public enum CryptoError: Error, Equatable, Sendable {
    /// A key is not as long as its algorithm wants.
    case wrongKeyLength
    /// Bytes that cannot be a sealed box: shorter than nonce and tag together.
    case malformedBox
    /// The box was changed, sealed under another key, or for other associated data. Nothing of it may be used.
    case notAuthentic
    /// A stored password hash is not of the shape `PasswordHash.make` gives, or asks for more than 256 MB.
    case malformedPasswordHash
    /// Text that is no private RSA key in PEM, or one under a passphrase.
    case unusableKey
    /// OpenSSL could not allocate what it needs.
    case outOfMemory
}
