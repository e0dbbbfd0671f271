import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("Request codec", .timeLimit(.minutes(5)))
struct CodecTests {
    @Test("A request is understood, or refused for its fault", arguments: RequestCase.good + RequestCase.hostile)
    func verdicts(request: RequestCase) {
        #expect(Codec.events(of: request.bytes) == request.events)
    }

    @Test("Byte by byte the verdict is the same", arguments: RequestCase.good + RequestCase.hostile)
    func byteByByte(request: RequestCase) {
        #expect(Codec.events(of: request.bytes, cutAt: Array(1..<request.bytes.count)) == request.events)
    }

    @Test("Cut in two anywhere, the verdict is the same", arguments: RequestCase.good + RequestCase.hostile)
    func everyCut(request: RequestCase) {
        let step = max(1, request.bytes.count / 400)  // of the few that are long, 400 cuts
        for cut in stride(from: 1, to: request.bytes.count, by: step) {
            let events = Codec.events(of: request.bytes, cutAt: [cut])
            guard events != request.events else { continue }
            Issue.record("cut at \(cut): \(events)")
            return
        }
    }

    @Test("However a request is mutated, the verdict does not depend on the cuts, and nothing crashes")
    func mutations() {
        var random = SplitMix(seed: 7)
        let seeds = (RequestCase.good + RequestCase.hostile).map(\.bytes).filter { $0.count < 2000 }
        for round in 0..<20_000 {
            let bytes = mutate(seeds[round % seeds.count], with: &random)
            let whole = Codec.events(of: bytes)
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            let cut = Codec.events(of: bytes, cutAt: cuts)
            guard whole != cut else { continue }
            Issue.record("\(String(decoding: bytes, as: UTF8.self)) cut at \(cuts): \(whole) or \(cut)")
            return
        }
    }

    @Test("Limits hold to the byte")
    func limits() {
        let limits = RequestParser.Limits(headerBytes: 100, bodyBytes: 10)
        func events(_ text: String) -> [Codec.Event] { Codec.events(of: Array(text.utf8), limits: limits) }
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "  // 28 bytes, and 4 at the end
        #expect(events("\(start)\(String(repeating: "y", count: 69))\r\n\r\n").first == .refused(.headersTooLarge))
        #expect(events("\(start)\(String(repeating: "y", count: 68))\r\n\r\n") == [.head("GET / 1.1 fields 2")])
        let post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(events("\(post)5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n").last == .body("hellohello"))
        #expect(events("\(post)5\r\nhello\r\n6\r\nhello!\r\n0\r\n\r\n").last == .refused(.bodyTooLarge))
        let put = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
        #expect(events("\(put)10\r\n\r\n0123456789").last == .body("0123456789"))
        #expect(events("\(put)11\r\n\r\n").last == .refused(.bodyTooLarge))
    }

    @Test("Field values come without the blanks around them, names as sent")
    func fields() {
        var parser = RequestParser(limits: .init())
        let bytes = Array("GET /a%20b?c HTTP/1.1\r\nHost: a\r\nX-Y: \t b c\t\r\nx-y:d\r\n\r\n".utf8)
        guard case .head(let head, let consumed) = parser.feed(bytes.span) else {
            Issue.record("no head")
            return
        }
        #expect(consumed == bytes.count)
        #expect(head.headers.all("x-y") == ["b c", "d"])
        #expect(head.target == "/a%20b?c" && head.path == "/a%20b" && head.query == "c")
    }

    private func mutate(_ seed: [UInt8], with random: inout SplitMix) -> [UInt8] {
        let spices: [UInt8] = [0, 9, 10, 13, 32, 34, 43, 44, 45, 48, 57, 58, 59, 65, 97, 127, 128, 255]
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let spice = spices[Int.random(in: 0..<spices.count, using: &random)]
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = spice
            case 1: bytes.insert(spice, at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<min(place + 16, bytes.count)], at: place)
            default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        return bytes
    }
}

/// A small repeatable source of random numbers (Steele, Lea and Flood's SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
