import HTTPTypes
import Testing

@testable import HTTPClient

@Suite("AnswerDecoder")
struct AnswerDecoderTests {
    /// What an answer's bytes come to, once the peer has closed: the same however they were cut.
    struct Verdict: Equatable, CustomStringConvertible {
        var status: Int?
        var body: String
        var ending: String
        /// Bytes that belong to no answer.
        var left: Int
        var keeps: Bool

        var description: String { "\(status ?? 0) \(body.debugDescription) \(ending) left \(left) keeps \(keeps)" }
    }

    /// Feeds the bytes, cut before each of the indices.
    static func verdict(
        of bytes: [UInt8], cutAt cuts: [Int] = [], to method: HTTPMethod = .get, properly: Bool = true
    ) -> Verdict {
        var decoder = AnswerDecoder(to: method)
        var body: [UInt8] = []
        var left = 0
        var ending: String?
        var start = 0
        for cut in cuts + [bytes.count] where cut > start {
            var piece = bytes[start..<cut]
            start = cut
            guard ending == nil else { continue }
            do throws(HTTPClientError) {
                if !decoder.head.isComplete {
                    piece = piece.dropFirst(try decoder.takeHead(Array(piece).span))
                }
                guard decoder.head.isComplete else { continue }
                piece = piece.dropFirst(try decoder.takeBody(Array(piece).span, into: &body, room: 100))
                while decoder.isWaitingForRoom { try decoder.giveOut(into: &body, room: 100) }
                left += piece.count
            } catch { ending = error.text }
        }
        if ending == nil, !decoder.hasEnded {
            if case .failed(let error) = decoder.outcome(endedProperly: properly) { ending = error.text }
        }
        return Verdict(
            status: decoder.head.isComplete ? decoder.head.status : nil,
            body: String(decoding: body, as: UTF8.self), ending: ending ?? "ended", left: left,
            keeps: decoder.keepsConnection)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var answer: String
        var method = HTTPMethod.get
        var body = ""
        var ending = "ended"
        var left = 0
        var keeps = true
        var testDescription: String { answer.debugDescription }
    }

    static let ok = "HTTP/1.1 200 OK\r\n"

    static let complete: [Case] = [
        Case(answer: ok + "Content-Length: 3\r\n\r\nabc", body: "abc"),
        Case(answer: ok + "Content-Length: 3\r\n\r\nabcHTTP", body: "abc", left: 4),
        Case(answer: ok + "content-length: 3\r\nContent-Length: 3\r\n\r\nabc", body: "abc"),
        Case(answer: ok + "content-length: 3, 3\r\n\r\nabc", body: "abc"),
        Case(answer: ok + "Content-Length: 0\r\nConnection: close\r\n\r\n", keeps: false),
        Case(answer: ok + "Content-Length: 0\r\nConnection: foo, Close\r\n\r\n", keeps: false),
        Case(answer: ok + "Content-Length: 7\r\n\r\n", method: .head),
        Case(answer: ok + "Transfer-Encoding: chunked\r\n\r\n", method: .head),
        Case(answer: "HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n"),
        Case(answer: "HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\nx", left: 1),
        Case(answer: ok + "\r\nabc", body: "abc", keeps: false),
        Case(answer: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", body: "a", keeps: false),
        Case(answer: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\na", body: "a"),
        Case(answer: "HTTP/1.1 200\r\nContent-Length: 1\n\na", body: "a"),
        Case(
            answer: "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 Hi\r\nA: b\r\n\r\n" + ok + "Content-Length: 1\r\n\r\na",
            body: "a"),
        Case(
            answer: ok + "Transfer-Encoding: CHUNKED\r\n\r\n3;a=b\r\nabc\r\n0a\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
            body: "abc0123456789"),
        Case(answer: ok + "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\na", body: "a"),
        Case(
            answer: ok + "Content-Encoding: br\r\nContent-Length: 1\r\n\r\n", method: .head,
            ending: "broken HTTP: a content encoding that nobody asked for", keeps: false),
    ]

    static let broken: [Case] = [
        Case(answer: "", ending: "the connection ended before the answer's head", keeps: false),
        Case(
            answer: "HTTP/1.1 200 OK\r\nA: b\r\n", ending: "the connection ended before the answer's head", keeps: false
        ),
        Case(answer: "ICY 200 OK\r\n\r\n", ending: "broken HTTP: not HTTP/1 or HTTP/2", keeps: false),
        Case(answer: "HTTP/2 200\r\n\r\n", ending: "broken HTTP: not HTTP/1 or HTTP/2", keeps: false),
        Case(answer: "\r\nHTTP/1.1 200 OK\r\n\r\n", ending: "broken HTTP: not HTTP/1 or HTTP/2", keeps: false),
        Case(answer: "HTTP/1.1  200 OK\r\n\r\n", ending: "broken HTTP: status line", keeps: false),
        Case(answer: "HTTP/1.1 2000 OK\r\n\r\n", ending: "broken HTTP: status line", keeps: false),
        Case(answer: "HTTP/1.1 20x OK\r\n\r\n", ending: "broken HTTP: status line", keeps: false),
        Case(answer: "HTTP/1.1 099 OK\r\n\r\n", ending: "broken HTTP: status 99", keeps: false),
        Case(answer: "HTTP/1.x 200 OK\r\n\r\n", ending: "broken HTTP: status line", keeps: false),
        Case(answer: ok + " folded: x\r\n\r\n", ending: "broken HTTP: header name", keeps: false),
        Case(answer: ok + "A: b\u{0}c\r\n\r\n", ending: "broken HTTP: header value", keeps: false),
        Case(answer: "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", ending: "broken HTTP: status 101", keeps: false),
    ]

    static let ambiguous: [String] = [
        "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: 3, 4\r\n", "Content-Length: -3\r\n",
        "Content-Length: +3\r\n", "Content-Length: 0x3\r\n", "Content-Length:\r\n", "Content-Length: 3 3\r\n",
        "Content-Length: 3,\r\n", "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding:\r\n", "Content-Encoding: gzip, gzip\r\nContent-Length: 3\r\n",
        "Content-Encoding: zstd\r\nContent-Length: 3\r\n",
    ]

    static let badChunks: [String] = [
        "\r\n", "x\r\n", "-1\r\n", "+1\r\na", "0x1\r\na", "1\na", " 1\r\na", "1\r\nab\r\n", "1\r\na\n", "1;\u{1}\r\n",
        "1 x\r\n",
        "8000000000000000\r\n", "ffffffffffffffff\r\n", "10000000000000000\r\n", "0\r\nA b: c\r\n\r\n",
        "0\r\n: c\r\n\r\n",
    ]

    @Test("An answer's end and body are the same however its bytes are cut", arguments: complete + broken)
    func everySplit(expected: Case) {
        let bytes = Array(expected.answer.utf8)
        let whole = Self.verdict(of: bytes, to: expected.method)
        #expect(whole.body == expected.body)
        #expect(whole.ending == expected.ending)
        #expect(whole.left == expected.left)
        #expect(whole.keeps == expected.keeps)
        for cut in 0...bytes.count {
            #expect(Self.verdict(of: bytes, cutAt: [cut], to: expected.method) == whole, "cut at \(cut)")
            for second in cut..<bytes.count where bytes.count < 90 {
                #expect(
                    Self.verdict(of: bytes, cutAt: [cut, second], to: expected.method) == whole, "\(cut), \(second)")
            }
        }
        #expect(Self.verdict(of: bytes, cutAt: Array(bytes.indices), to: expected.method) == whole)
    }

    @Test("What two readers could take for two lengths is refused", arguments: ambiguous)
    func ambiguousLength(fields: String) {
        let verdict = Self.verdict(of: Array((Self.ok + fields + "\r\nabc").utf8))
        #expect(verdict.ending.hasPrefix("broken HTTP"), "\(verdict)")
        #expect(verdict.body.isEmpty)
        #expect(!verdict.keeps)
    }

    @Test("A transfer coding in HTTP/1.0 is refused")
    func oldChunked() {
        let verdict = Self.verdict(of: Array("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".utf8))
        #expect(verdict.ending.hasPrefix("broken HTTP"))
    }

    @Test("A chunk that is not framed to the letter is refused", arguments: badChunks)
    func malformedChunk(body: String) {
        let bytes = Array((Self.ok + "Transfer-Encoding: chunked\r\n\r\n" + body).utf8)
        #expect(Self.verdict(of: bytes).ending == "broken HTTP: chunk")
        #expect(Self.verdict(of: bytes, cutAt: Array(bytes.indices)).ending == "broken HTTP: chunk")
    }

    @Test("Every proper beginning of an answer is a reset or a cut, never an answer")
    func beginnings() {
        for answer in Self.complete
        where answer.method == .get && answer.left == 0 && answer.answer != Self.ok + "\r\nabc" {
            let bytes = Array(answer.answer.utf8)
            for count in 0..<bytes.count {
                let verdict = Self.verdict(of: Array(bytes[..<count]))
                let isEarly = ["the connection ended before the answer's head", "the body ended early"].contains(
                    verdict.ending)
                #expect(isEarly, "\(answer.answer.debugDescription) up to \(count): \(verdict)")
            }
        }
    }

    @Test("A reset ends no body, not even one of unknown length")
    func resetWithin() {
        #expect(Self.verdict(of: Array((Self.ok + "\r\nabc").utf8), properly: false).ending == "the body ended early")
    }

    @Test("Mutated answers are refused or read, the same way in every split, and never crash")
    func mutated() {
        var random = SplitMix(seed: 7)
        let answers = Self.complete.map { Array($0.answer.utf8) }
        for _ in 0..<20_000 {
            var bytes = answers[Int(random.next() % UInt64(answers.count))]
            for _ in 0...random.next() % 3 {
                let at = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: at)
                default: bytes.insert(contentsOf: bytes[at...].prefix(16), at: at)
                }
                if bytes.isEmpty { bytes = [0x0A] }
            }
            let cut = Int(random.next() % UInt64(bytes.count))
            let whole = Self.verdict(of: bytes)
            // What follows a broken place is not looked at, so how much of the body came before it may differ.
            let pieces = Self.verdict(of: bytes, cutAt: [cut])
            #expect(
                pieces.ending == whole.ending, "\(String(decoding: bytes, as: UTF8.self).debugDescription) at \(cut)")
            if whole.ending == "ended" { #expect(pieces == whole) }
        }
    }

    @Test("A kilobyte that holds a megabyte is given out as there is room")
    func bomb() throws {
        var decoder = AnswerDecoder(to: .get)
        let head = Array((Self.ok + "Content-Encoding: gzip\r\nContent-Length: \(Compressed.zeros.count)\r\n\r\n").utf8)
        _ = try decoder.takeHead(head.span)
        var output: [UInt8] = []
        var total = 0
        _ = try decoder.takeBody(Compressed.zeros.span, into: &output, room: 1000)
        while decoder.isWaitingForRoom {
            #expect(output.count <= 1000 + 16_384)
            let isEarly = !decoder.hasEnded
            #expect(isEarly)
            total += output.count
            output = []
            try decoder.giveOut(into: &output, room: 1000)
        }
        #expect(total + output.count == 1 << 20)
        let hasEnded = decoder.hasEnded
        #expect(hasEnded)
    }

    @Test("Compressed bodies in every split, with zlib's frame and without any", arguments: Compressed.hellos)
    func compressed(encoding: String, body: [UInt8]) {
        let head = Self.ok + "Content-Encoding: \(encoding)\r\nContent-Length: \(body.count)\r\n\r\n"
        let bytes = Array(head.utf8) + body
        for cut in head.utf8.count...bytes.count {
            let verdict = Self.verdict(of: bytes, cutAt: [cut])
            #expect(verdict.body == "hello hello hello hello", "\(cut): \(verdict)")
            #expect(verdict.ending == "ended")
        }
        let cut = Array("\(Self.ok)Content-Encoding: \(encoding)\r\nContent-Length: 9\r\n\r\n".utf8) + body.prefix(9)
        #expect(Self.verdict(of: cut).ending == "the body ended early")
        let more = Array("\(Self.ok)Content-Encoding: \(encoding)\r\n\r\n".utf8) + body + [1]
        #expect(Self.verdict(of: more).ending == "broken HTTP: bytes after a compressed body")
    }
}

/// Bodies as servers compress them.
enum Compressed {
    static let hellos: [(String, [UInt8])] = [
        ("gzip", HTTPClientAnswerTests.gzip), ("X-GZIP", HTTPClientAnswerTests.gzip),
        ("deflate", HTTPClientAnswerTests.deflate),
        ("deflate", Array(HTTPClientAnswerTests.deflate.dropFirst(2).dropLast(4))),
    ]

    /// 2^20 zero bytes in zlib's format, which gzip's reader takes as well.
    static let zeros: [UInt8] =
        [0x78, 0xda, 0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x08, 0x5f, 0xa0]
        + [UInt8](repeating: 0x00, count: 1016)
        + [0x3e, 0x03, 0x00, 0xf0, 0x00, 0x01]
}

/// Random numbers that are the same in every run.
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
