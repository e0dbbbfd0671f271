internal import COpenSSL

/// SHA-1 (FIPS 180-4), for names that a protocol makes with it, such as those of Redis's scripts. Not for secrets or signatures.
public enum SHA1 {
    /// - Returns: 40 hexadecimal digits.
    public static func hexDigest(_ text: String) -> String {
        var text = text
        let digest = [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
            count =
                text.withUTF8 { EVP_Q_digest(nil, "SHA1", nil, $0.baseAddress, $0.count, buffer.baseAddress, nil) } == 1
                ? 20 : 0
            precondition(count == 20, "a SHA-1 digest cannot fail")
        }
        return Hex.encode(digest)
    }
}
