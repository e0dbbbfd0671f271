/// The bearer tokens that the gateway hands out. Only `digest(of:)` is ever stored: 256 random bits need no slow hash.
public enum AccessToken {
    static let prefix = "sy-"

    /// - Returns: `sy-` and 43 characters of base64url: 32 random bytes.
    public static func make() -> String { prefix + Base64URL.encode(SecureRandom.bytes(32)) }

    /// - Returns: SHA-256 in hexadecimal, 64 characters.
    public static func digest(of token: String) -> String { Hex.encode(SHA256.digest(token)) }
}
