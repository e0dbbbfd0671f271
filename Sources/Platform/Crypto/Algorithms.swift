internal import COpenSSL

/// OpenSSL's algorithms, fetched once: an implicit fetch in each call takes a lock and costs more than a short digest.
/// A node whose OpenSSL lacks one of them cannot do anything, so it stops on first use.
///
/// `@unchecked Sendable`: the objects are never changed after the fetch, and OpenSSL counts references to them atomically.
struct Algorithms: @unchecked Sendable {
    static let shared = Algorithms()

    let sha256: OpaquePointer
    let aes256GCM: OpaquePointer
    /// An HMAC context with its digest set, to be duplicated; setting the digest would fetch it each time.
    let hmacSHA256: OpaquePointer

    private init() {
        guard let sha256 = EVP_MD_fetch(nil, "SHA256", nil), let aes256GCM = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil),
            let hmac = EVP_MAC_fetch(nil, "HMAC", nil), let hmacSHA256 = EVP_MAC_CTX_new(hmac),
            mac_set_digest(hmacSHA256, "SHA256") == 1
        else { fatalError("this OpenSSL lacks SHA-256, HMAC or AES-256-GCM") }
        self.sha256 = sha256
        self.aes256GCM = aes256GCM
        self.hmacSHA256 = hmacSHA256
    }
}
