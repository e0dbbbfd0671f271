internal import COpenSSL

/// A SHA-256 digest (FIPS 180-4) of bytes that come in pieces. For bytes at hand there is `SHA256.digest`.
public struct SHA256: ~Copyable {
    public static let digestLength = 32
    private let context: OpaquePointer

    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, Algorithms.shared.sha256, nil) == 1 else {
            fatalError("no memory for a digest")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func update(_ bytes: RawSpan) {
        _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    public mutating func update(_ bytes: [UInt8]) { update(bytes.span.bytes) }

    public mutating func update(_ text: String) {
        var text = text
        _ = text.withUTF8 { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// - Returns: 32 bytes.
    public consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.digestLength) { buffer, count in
            count = EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1 ? Self.digestLength : 0
            precondition(count == Self.digestLength, "a SHA-256 digest cannot fail")
        }
    }

    /// - Returns: 32 bytes.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of the text's UTF-8.
    /// - Returns: 32 bytes.
    public static func digest(_ text: String) -> [UInt8] {
        var digest = SHA256()
        digest.update(text)
        return digest.finish()
    }
}
