import Testing

@testable import Crypto

@Suite("PasswordHash")
struct PasswordHashTests {
    @Test("scrypt gives the keys of RFC 7914, section 12")
    func vectors() throws {
        let small = try PasswordHash.scrypt("", salt: [], .init(n: 16, r: 1, p: 1), length: 64)
        #expect(
            Hex.encode(small)
                == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
        let salt = Array("NaCl".utf8)
        let large = try PasswordHash.scrypt("password", salt: salt, .init(n: 1024, r: 8, p: 16), length: 64)
        #expect(
            Hex.encode(large)
                == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
    }

    @Test("A password verifies against its own hash only", arguments: ["", "correct horse", "пароль 🔑"])
    func verifies(password: String) throws {
        let stored = try PasswordHash.make(password)
        #expect(stored.hasPrefix("scrypt$32768$8$1$"))
        #expect(try PasswordHash.verify(password, against: stored))
        #expect(try !PasswordHash.verify(password + " ", against: stored))
        #expect(!PasswordHash.isOutdated(stored))
    }

    @Test("Two hashes of one password differ, for each has its salt")
    func salted() throws { #expect(try PasswordHash.make("a") != PasswordHash.make("a")) }

    @Test("The decoy has the usual cost and no password", arguments: ["", "password"])
    func decoy(password: String) throws {
        #expect(!PasswordHash.isOutdated(PasswordHash.decoy))
        #expect(try !PasswordHash.verify(password, against: PasswordHash.decoy))
    }

    @Test("A hash under earlier costs still verifies and is known as outdated")
    func outdated() throws {
        let salt = [UInt8](repeating: 7, count: 16)
        let hash = try PasswordHash.scrypt("old", salt: salt, .init(n: 1024, r: 8, p: 2), length: 32)
        let stored = "scrypt$1024$8$2$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
        #expect(try PasswordHash.verify("old", against: stored))
        #expect(PasswordHash.isOutdated(stored))
    }

    @Test(
        "A stored form that is malformed or asks for too much is refused",
        arguments: [
            "", "scrypt", "scrypt$32768$8$1$AAAA", "bcrypt$32768$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "scrypt$32767$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA", "scrypt$0$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "scrypt$1048576$64$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA", "scrypt$16$8$1$AAAA$AAAA",
            "scrypt$16$8$1$A!AA$AAAAAAAAAAAAAAAAAAAAAA", "scrypt$16$99999999999999999999$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "scrypt$16$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA$",
        ])
    func malformed(stored: String) {
        #expect(throws: CryptoError.malformedPasswordHash) { try PasswordHash.verify("x", against: stored) }
    }
}
