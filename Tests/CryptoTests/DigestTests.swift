import Testing

@testable import Crypto

@Suite("Digests")
struct DigestTests {
    @Test(
        "SHA-256 gives the digests of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, digest: String) {
        #expect(Hex.encode(SHA256.digest(text)) == digest)
        #expect(Hex.encode(SHA256.digest(Array(text.utf8))) == digest)
    }

    @Test("A digest does not depend on how its bytes were cut", arguments: [1, 3, 63, 64, 65, 999])
    func pieces(length: Int) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var digest = SHA256()
        for start in stride(from: 0, to: bytes.count, by: length) {
            digest.update(Array(bytes[start..<min(start + length, bytes.count)]))
        }
        #expect(digest.finish() == SHA256.digest(bytes))
    }

    @Test(
        "HMAC-SHA-256 gives the codes of RFC 4231, section 4",
        arguments: [
            (
                String(repeating: "0b", count: 20), "4869205468657265",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
        ])
    func hmac(key: String, message: String, code: String) throws {
        let (key, message) = (try #require(Hex.decode(key)), try #require(Hex.decode(message)))
        #expect(Hex.encode(HMACSHA256.code(for: message, key: key)) == code)
    }

    @Test("HMAC hashes a key that is longer than a block (RFC 4231, case 6)")
    func hmacOfLongKey() {
        let key = [UInt8](repeating: 0xAA, count: 131)
        let code = HMACSHA256.code(for: "Test Using Larger Than Block-Size Key - Hash Key First", key: key)
        #expect(Hex.encode(code) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test("HMAC takes an empty key and an empty message")
    func hmacOfNothing() {
        let code = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(Hex.encode(HMACSHA256.code(for: "", key: [])) == code)
        _ = HMACSHA256.code(for: "", key: [1, 2, 3])
        #expect(Hex.encode(HMACSHA256.code(for: "", key: [])) == code)  // not the key of last time
    }

    @Test("Equal is equal and a difference anywhere is a difference")
    func constantTime() {
        let bytes = SecureRandom.bytes(32)
        #expect(ConstantTime.areEqual(bytes, bytes))
        #expect(!ConstantTime.areEqual(bytes, Array(bytes.dropLast())))
        #expect(ConstantTime.areEqual([], []))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!ConstantTime.areEqual(bytes, other))
        }
        #expect(ConstantTime.areEqual("token", "token"))
        #expect(!ConstantTime.areEqual("token", "tokem"))
        #expect(!ConstantTime.areEqual("e\u{301}", "\u{e9}"))
    }
}
