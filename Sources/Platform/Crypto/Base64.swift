/// Base 64 (RFC 4648, section 4), padded.
public enum Base64 {
    static let alphabet = Base64Alphabet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", isPadded: true)

    public static func encode(_ bytes: [UInt8]) -> String { alphabet.encode(bytes) }

    /// - Returns: nil for anything that `encode` would not have written: other characters (line breaks too), missing or
    ///   surplus padding, stray bits before the padding.
    public static func decode(_ text: String) -> [UInt8]? { alphabet.decode(text) }
}

/// Base 64 with the URL and file name safe alphabet (RFC 4648, section 5), without padding.
public enum Base64URL {
    static let alphabet = Base64Alphabet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", isPadded: false)

    public static func encode(_ bytes: [UInt8]) -> String { alphabet.encode(bytes) }

    /// - Returns: nil for anything that `encode` would not have written, padding included.
    public static func decode(_ text: String) -> [UInt8]? { alphabet.decode(text) }
}
