import Testing

@testable import Crypto

@Suite("Encodings")
struct EncodingTests {
    @Test(
        "Base 64 encodes as in RFC 4648, section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64(text: String, encoded: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == encoded)
        #expect(Base64.decode(encoded) == bytes)
        let unpadded = String(encoded.prefix { $0 != "=" })
        #expect(Base64URL.encode(bytes) == unpadded)
        #expect(Base64URL.decode(unpadded) == bytes)
    }

    @Test("The two alphabets differ in their last two characters")
    func alphabets() {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xFF]
        #expect(Base64.encode(bytes) == "++//")
        #expect(Base64URL.encode(bytes) == "--__")
        #expect(Base64.decode("--__") == nil)
        #expect(Base64URL.decode("++//") == nil)
    }

    @Test(
        "Base 64 that no encoder writes is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "====", "=", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm9v=", "Zg==Zg==", "Z=g=",
            "Zm9é",
        ])
    func strictBase64(text: String) { #expect(Base64.decode(text) == nil) }

    @Test(
        "Unpadded base 64 that no encoder writes is refused", arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm9v ", "Zm9vY"])
    func strictBase64URL(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test("Decoding undoes encoding at every length", arguments: 0..<70)
    func roundTrip(length: Int) {
        let bytes = SecureRandom.bytes(length)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    }

    @Test("Hexadecimal is written in lower case and read in either")
    func hex() {
        #expect(Hex.encode([0x00, 0x9F, 0xFF]) == "009fff")
        #expect(Hex.decode("009FfF") == [0x00, 0x9F, 0xFF])
    }

    @Test("What is not hexadecimal is refused", arguments: ["0", "0g", "0x", " 0", "+1", "é"])
    func strictHex(text: String) { #expect(Hex.decode(text) == nil) }
}
