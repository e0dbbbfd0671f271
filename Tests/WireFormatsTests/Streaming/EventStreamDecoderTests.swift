import GatewayTypes
import Testing

@testable import WireFormats

@Suite("EventStreamDecoder")
struct EventStreamDecoderTests {
    private static let stream =
        EventStreamBytes.event("messageStart", #"{"role":"assistant"}"#)
        + EventStreamBytes.message(
            [(":message-type", "event"), (":event-type", "contentBlockDelta")], Array(#"{"delta":{"text":"é"}}"#.utf8))
        + EventStreamBytes.event("messageStop", "{}")

    private static func read(_ pieces: [[UInt8]]) -> [StreamRecord] {
        var decoder = EventStreamDecoder()
        return pieces.flatMap { decoder.feed($0) } + decoder.finish()
    }

    @Test("Messages are read, whatever pieces they come in")
    func split() {
        let whole = Self.read([Self.stream])
        #expect(whole.map(\.name) == ["messageStart", "contentBlockDelta", "messageStop"])
        #expect(whole[1].data == Array(#"{"delta":{"text":"é"}}"#.utf8))
        for cut in 0...Self.stream.count {
            #expect(Self.read([Array(Self.stream[..<cut]), Array(Self.stream[cut...])]) == whole)
        }
        #expect(Self.read(Self.stream.map { [$0] }) == whole)
    }

    @Test("A changed byte ends the stream there, and what came before it stays")
    func corrupt() {
        let first = EventStreamBytes.event("messageStart", #"{"role":"assistant"}"#)
        for place in Self.stream.indices.dropFirst(first.count) {
            var bytes = Self.stream
            bytes[place] ^= 0x10
            for pieces in [[bytes], bytes.map { [$0] }] {
                let records = Self.read(pieces)
                #expect(records.first?.name == "messageStart")
                #expect(records.last?.fault?.kind == .badAnswer, "byte \(place)")
                #expect(records.filter { $0.fault != nil }.count == 1)
            }
        }
    }

    @Test("A stream that ends inside of a message was cut")
    func cut() {
        for end in 1..<Self.stream.count {
            let records = Self.read([Array(Self.stream[..<end])])
            let isBoundary = records.allSatisfy { $0.fault == nil }
            let ends = [
                EventStreamBytes.event("messageStart", #"{"role":"assistant"}"#).count,
                Self.stream.count - EventStreamBytes.event("messageStop", "{}").count,
            ]
            #expect(isBoundary == ends.contains(end))
        }
    }

    @Test("A length beyond any message, or too short for one, is refused before it is waited for")
    func absurdLength() {
        for length: [UInt8] in [[0x7F, 0xFF, 0xFF, 0xFF], [0x0F, 0, 0, 0], [0, 0, 0, 4]] {
            // A prelude with a right checksum, so that nothing but the length is wrong.
            var prelude = length + [0, 0, 0, 0]
            let sum = CRC32.of(prelude)
            prelude += [UInt8(sum >> 24), UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255)]
            #expect(Self.read([prelude]).last?.fault?.kind == .badAnswer)
        }
    }

    @Test("JSON in place of a stream is a record without a name")
    func json() {
        for piece in [#"{"message":"no"}"#, "\n {\"output\":{}}"] {
            let records = Self.read(Array(piece.utf8).map { [$0] })
            #expect(records == [StreamRecord(data: Array(piece.utf8))])
        }
        #expect(Self.read([[]]) == [])
    }

    @Test("Headers of every kind are passed over to the text ones behind them")
    func headerKinds() throws {
        var head: [UInt8] = []
        for (kind, length) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16)] {
            head += [1, UInt8(ascii: "x"), UInt8(kind)] + [UInt8](repeating: 9, count: length)
        }
        head += [1, UInt8(ascii: "b"), 6, 0, 2, 1, 2]
        let named = EventStreamBytes.message([(":event-type", "messageStop")], [])
        head += named[12..<named.count - 4]
        func number(_ value: Int) -> [UInt8] { [0, 0, UInt8(value >> 8), UInt8(value & 255)] }
        func sum(_ bytes: [UInt8]) -> [UInt8] {
            let sum = CRC32.of(bytes)
            return [UInt8(sum >> 24), UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255)]
        }
        var bytes = number(16 + head.count) + number(head.count)
        bytes += sum(bytes) + head
        bytes += sum(bytes)
        #expect(Self.read([bytes]).map(\.name) == ["messageStop"])
    }

    @Test("The checksum is the one of IEEE 802.3")
    func checksum() {
        #expect(CRC32.of("123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.of([]) == 0)
    }

    @Test(
        "An exception ends the stream with its kind",
        arguments: [
            ("throttlingException", UpstreamFailure.Kind.rateLimit), ("modelStreamErrorException", .server),
            ("internalServerException", .server), ("serviceUnavailableException", .overloaded),
            ("modelTimeoutException", .timeout), ("validationException", .badRequest), ("newException", .server),
        ])
    func exception(name: String, kind: UpstreamFailure.Kind) {
        let bytes = EventStreamBytes.exception(name, #"{"message":"It went wrong."}"#)
        let records = Self.read([Self.stream + bytes + Self.stream])
        #expect(records.count == 4)
        #expect(records.last?.fault?.kind == kind)
        #expect(records.last?.fault?.message == "It went wrong.")
        #expect(records.last?.fault?.code == name)
    }

    @Test("An error message ends the stream, too")
    func error() {
        let bytes = EventStreamBytes.message(
            [(":message-type", "error"), (":error-code", "InternalFailure"), (":error-message", "Later.")], [])
        #expect(Self.read([bytes]).last?.fault?.kind == .server)
        #expect(Self.read([bytes]).last?.fault?.message == "Later.")
    }
}
