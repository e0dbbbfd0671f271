import Testing

@testable import Crypto

@Suite("SealingKey")
struct SealingKeyTests {
    @Test(
        "Sealing gives the boxes of the GCM specification's test cases 13, 14 and 16",
        arguments: [
            (
                String(repeating: "00", count: 32), String(repeating: "00", count: 12), "", "",
                "530f8afbc74536b9a963b4f1c4cb738b"
            ),
            (
                String(repeating: "00", count: 32), String(repeating: "00", count: 12),
                String(repeating: "00", count: 16), "",
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
            ),
            (
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                    + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
            ),
        ])
    func vectors(key: String, nonce: String, plaintext: String, context: String, sealed: String) throws {
        let key = try SealingKey(#require(Hex.decode(key)))
        let plaintext = try #require(Hex.decode(plaintext))
        let context = try #require(Hex.decode(context))
        let box = try key.seal(plaintext, for: context, nonce: #require(Hex.decode(nonce)))
        #expect(Hex.encode(box.bytes) == nonce + sealed)
        #expect(try key.open(box, for: context) == plaintext)
    }

    @Test("What is sealed opens again, at every length", arguments: [0, 1, 15, 16, 17, 4096])
    func roundTrip(length: Int) throws {
        let key = SealingKey.random()
        let plaintext = SecureRandom.bytes(length)
        let box = try key.seal(plaintext, for: Array("row 7".utf8))
        #expect(box.bytes.count == length + 28)
        #expect(try key.open(SealedBox(box.bytes), for: Array("row 7".utf8)) == plaintext)
    }

    @Test("Two boxes of one plaintext differ")
    func nonces() throws {
        let key = SealingKey.random()
        #expect(try key.seal([1, 2, 3]) != key.seal([1, 2, 3]))
    }

    @Test("A box with any bit changed does not open")
    func tampered() throws {
        let key = SealingKey.random()
        let box = try key.seal(Array("a provider's credential".utf8))
        for bit in 0..<box.bytes.count * 8 {
            var bytes = box.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptoError.notAuthentic) { try key.open(SealedBox(bytes)) }
        }
    }

    @Test("A box opens under its own key and context only")
    func elsewhere() throws {
        let key = SealingKey.random()
        let box = try key.seal([1, 2, 3], for: Array("provider/one".utf8))
        #expect(throws: CryptoError.notAuthentic) { try key.open(box, for: Array("provider/two".utf8)) }
        #expect(throws: CryptoError.notAuthentic) { try key.open(box) }
        #expect(throws: CryptoError.notAuthentic) {
            try SealingKey.random().open(box, for: Array("provider/one".utf8))
        }
    }

    @Test("Bytes too short for nonce and tag are no box", arguments: [0, 12, 27])
    func short(length: Int) {
        #expect(throws: CryptoError.malformedBox) { try SealedBox([UInt8](repeating: 0, count: length)) }
    }

    @Test("A key that is not 32 bytes is refused", arguments: [0, 16, 31, 33])
    func keyLength(length: Int) {
        #expect(throws: CryptoError.wrongKeyLength) { try SealingKey(SecureRandom.bytes(length)) }
    }
}
