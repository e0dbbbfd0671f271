internal import COpenSSL

/// A key for AES-256-GCM (NIST SP 800-38D) with random nonces. With one key seal at most 2^32 boxes (section 8.3 there).
public struct SealingKey: Sendable {
    private let key: [UInt8]

    /// - Parameter key: 32 bytes.
    /// - Throws: `wrongKeyLength`.
    public init(_ key: [UInt8]) throws(CryptoError) {
        guard key.count == 32 else { throw .wrongKeyLength }
        self.key = key
    }

    public static func random() -> SealingKey { SealingKey(known: SecureRandom.bytes(32)) }

    private init(known key: [UInt8]) { self.key = key }

    /// - Parameter context: bound to the box without being in it: say whose secret it is (`provider/openai/0`), so that a
    ///   box copied to another row does not open there.
    /// - Throws: `outOfMemory`.
    public func seal(_ plaintext: [UInt8], for context: [UInt8] = []) throws(CryptoError) -> SealedBox {
        try seal(plaintext, for: context, nonce: SecureRandom.bytes(SealedBox.nonceLength))
    }

    /// - Parameter nonce: never used twice with one key; that is why this is not public.
    func seal(_ plaintext: [UInt8], for context: [UInt8], nonce: [UInt8]) throws(CryptoError) -> SealedBox {
        let cipher = try CipherContext()
        var isDone = false
        let nonceLength = SealedBox.nonceLength
        let box = [UInt8](
            unsafeUninitializedCapacity: nonceLength + plaintext.count + SealedBox.tagLength
        ) { buffer, count in
            buffer.baseAddress!.update(from: nonce, count: nonceLength)
            let ciphertext = buffer.baseAddress! + nonceLength
            var moved: Int32 = 0
            isDone =
                EVP_EncryptInit_ex2(cipher.context, Algorithms.shared.aes256GCM, key, nonce, nil) == 1
                && (context.isEmpty
                    || EVP_EncryptUpdate(cipher.context, nil, &moved, context, Int32(context.count)) == 1)
                && (plaintext.isEmpty
                    || EVP_EncryptUpdate(cipher.context, ciphertext, &moved, plaintext, Int32(plaintext.count)) == 1)
                && EVP_EncryptFinal_ex(cipher.context, ciphertext + plaintext.count, &moved) == 1
                && EVP_CIPHER_CTX_ctrl(
                    cipher.context, EVP_CTRL_AEAD_GET_TAG, Int32(SealedBox.tagLength), ciphertext + plaintext.count)
                    == 1
            count = isDone ? buffer.count : 0
        }
        guard isDone else { throw .outOfMemory }
        return SealedBox(whole: box)
    }

    /// - Parameter context: as it was given to `seal`.
    /// - Throws: `notAuthentic`, and then nothing of the plaintext comes out; `outOfMemory`.
    public func open(_ box: SealedBox, for context: [UInt8] = []) throws(CryptoError) -> [UInt8] {
        let cipher = try CipherContext()
        let length = box.bytes.count - SealedBox.nonceLength - SealedBox.tagLength
        var tag = Array(box.bytes.suffix(SealedBox.tagLength))
        var isAuthentic = false
        let plaintext = [UInt8](unsafeUninitializedCapacity: max(length, 1)) { buffer, count in
            box.bytes.withUnsafeBufferPointer { bytes in
                var moved: Int32 = 0
                isAuthentic =
                    EVP_DecryptInit_ex2(cipher.context, Algorithms.shared.aes256GCM, key, bytes.baseAddress, nil) == 1
                    && (context.isEmpty
                        || EVP_DecryptUpdate(cipher.context, nil, &moved, context, Int32(context.count)) == 1)
                    && (length == 0
                        || EVP_DecryptUpdate(
                            cipher.context, buffer.baseAddress, &moved, bytes.baseAddress! + SealedBox.nonceLength,
                            Int32(length)) == 1)
                    && EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
                    && EVP_DecryptFinal_ex(cipher.context, buffer.baseAddress! + length, &moved) == 1
            }
            if !isAuthentic { OPENSSL_cleanse(buffer.baseAddress, buffer.count) }
            count = isAuthentic ? length : 0
        }
        guard isAuthentic else { throw .notAuthentic }
        return plaintext
    }
}

/// OpenSSL's state of one sealing or opening, freed with its key schedule wiped when it goes out of scope.
private struct CipherContext: ~Copyable {
    let context: OpaquePointer

    init() throws(CryptoError) {
        guard let context = EVP_CIPHER_CTX_new() else { throw .outOfMemory }
        self.context = context
    }

    deinit { EVP_CIPHER_CTX_free(context) }
}
