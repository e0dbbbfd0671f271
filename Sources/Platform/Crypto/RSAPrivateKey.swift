internal import COpenSSL

/// A private RSA key, for signatures with SHA-256 (RSASSA-PKCS1-v1_5, RFC 8017; `RS256` in RFC 7518). OpenSSL's object is
/// freed when the value goes out of scope.
public struct RSAPrivateKey: ~Copyable {
    private let key: OpaquePointer

    /// - Parameter pem: PKCS #8 or PKCS #1, without a passphrase.
    /// - Throws: `unusableKey`.
    public init(pem: String) throws(CryptoError) {
        let bytes = Array(pem.utf8)
        guard let count = Int32(exactly: bytes.count), let key = private_key_read(bytes, count) else {
            ERR_clear_error()
            throw .unusableKey
        }
        guard private_key_is_rsa(key) == 1 else {
            EVP_PKEY_free(key)
            throw .unusableKey
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// The signature of the text's UTF-8, as long as the key's modulus. Takes about a millisecond.
    /// - Throws: `outOfMemory`, or `unusableKey` for a key too short to sign with.
    public borrowing func signature(of text: String) throws(CryptoError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .outOfMemory }
        defer { EVP_MD_CTX_free(context) }
        let bytes = Array(text.utf8)
        guard EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, key, nil) == 1 else { throw .unusableKey }
        var length = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else {
            ERR_clear_error()
            throw .unusableKey
        }
        return Array(signature.prefix(length))
    }
}
