internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104; vectors in RFC 4231).
public enum HMACSHA256 {
    /// - Parameter key: of any length; RFC 2104 advises 32 bytes or more.
    /// - Returns: 32 bytes. Compare codes with `ConstantTime`.
    public static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        message.withUnsafeBytes { code(for: $0, key: key) }
    }

    /// The code of the text's UTF-8.
    public static func code(for text: String, key: [UInt8]) -> [UInt8] {
        var text = text
        return text.withUTF8 { code(for: UnsafeRawBufferPointer($0), key: key) }
    }

    private static func code(for message: UnsafeRawBufferPointer, key: [UInt8]) -> [UInt8] {
        guard let mac = EVP_MAC_CTX_dup(Algorithms.shared.hmacSHA256) else { fatalError("no memory for an HMAC") }
        defer { EVP_MAC_CTX_free(mac) }
        // A key that is NULL means "the key of last time" to EVP_MAC_init, so an empty one still needs an address.
        let isKeyed = (key.isEmpty ? [0] : key).withUnsafeBufferPointer {
            EVP_MAC_init(mac, $0.baseAddress, key.count, nil)
        }
        let bytes = message.bindMemory(to: UInt8.self)
        let isFed = bytes.isEmpty || EVP_MAC_update(mac, bytes.baseAddress, bytes.count) == 1
        return [UInt8](unsafeUninitializedCapacity: SHA256.digestLength) { buffer, count in
            let isDone = EVP_MAC_final(mac, buffer.baseAddress, &count, SHA256.digestLength)
            precondition(isKeyed == 1 && isFed && isDone == 1, "an HMAC cannot fail")
        }
    }
}
