import Testing
import Threading

@testable import Crypto

@Suite("Identifiers")
struct IdentifierTests {
    @Test("An identifier has the shape of a UUID of version 7 and carries the time")
    func shape() throws {
        let id = UUIDv7.make()
        let parts = id.split(separator: "-")
        #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
        #expect(parts[2].first == "7")
        #expect("89ab".contains(try #require(parts[3].first)))
        #expect(id == id.lowercased())
        let milliseconds = try #require(UInt64(parts[0] + parts[1], radix: 16))
        #expect(milliseconds > 1_700_000_000_000)
    }

    @Test("The text is made of the bits, high half first")
    func text() {
        let text = UUIDv7.text(0x017F_22E2_79B0_7CC3, 0x98C4_DC0C_0C07_398F)  // RFC 9562, appendix A.6
        #expect(text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test("Identifiers of one thread ascend, and those of all threads are unique")
    func ascend() {
        let ended = (0..<4).map { _ in HandOver<[String]>() }
        for end in ended {
            #expect(Thread.start(name: "maker") { end.put((0..<20_000).map { _ in UUIDv7.make() }) })
        }
        let made = ended.map { $0.take() }
        for ids in made { #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }) }
        #expect(Set(made.joined()).count == 80_000)
    }

    @Test("Identifiers ascend while the clock stands still or steps back, and never run far ahead of it")
    func clock() {
        var series = UUIDv7.Series()
        var last = series.next(at: 1000).high
        for now in Array(repeating: UInt64(1000), count: 9000) + [999, 10, 1001] {
            let next = series.next(at: now).high
            #expect(next > last)
            last = next
        }
        #expect(last >> 16 <= 1003)
        #expect(series.next(at: 5000).high >> 16 == 5000)
    }

    @Test("A token is sy- and 43 url-safe characters, never the same twice")
    func tokens() throws {
        let tokens = (0..<1000).map { _ in AccessToken.make() }
        #expect(Set(tokens).count == 1000)
        for token in tokens {
            #expect(token.hasPrefix("sy-"))
            #expect(Base64URL.decode(String(token.dropFirst(3)))?.count == 32)
        }
        #expect(AccessToken.digest(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
