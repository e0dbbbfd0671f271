import GatewayTypes
import Testing
import WireFormats

@Suite("Server-sent events")
struct SSEDecoderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var stream: String
        var data: [String]
        var names: [String?]?
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "line feeds", stream: "data: a\n\ndata: b\n\n", data: ["a", "b"]),
        Case(name: "carriage returns and line feeds", stream: "data: a\r\n\r\ndata: b\r\n\r\n", data: ["a", "b"]),
        Case(name: "carriage returns alone", stream: "data: a\r\rdata: b\r\r", data: ["a", "b"]),
        Case(name: "mixed line ends", stream: "data: a\n\r\ndata: b\r\n\ndata: c\r\r\n", data: ["a", "b", "c"]),
        Case(name: "several data lines", stream: "data: a\ndata: b\n\n", data: ["a\nb"]),
        Case(name: "no space after the colon", stream: "data:a\n\ndata:  b\n\n", data: ["a", " b"]),
        Case(name: "a data line without a colon", stream: "data\ndata: b\n\n", data: ["\nb"]),
        Case(name: "comments", stream: ": keepalive\n\n: more\ndata: a\n\n", data: ["a"]),
        Case(
            name: "event names", stream: "event: error\ndata: a\n\ndata: b\n\n", data: ["a", "b"],
            names: ["error", nil]),
        Case(name: "other fields", stream: "id: 1\nretry: 5\ndatabase: x\ndata: a\n\n", data: ["a"]),
        Case(name: "a byte order mark", stream: "\u{FEFF}data: a\n\n", data: ["a"]),
        Case(name: "no blank line at the end", stream: "data: a\n\ndata: b", data: ["a", "b"]),
        Case(name: "one line end at the end", stream: "data: a\r\n\r\ndata: b\r\n", data: ["a", "b"]),
        Case(name: "blank lines to spare", stream: "\n\ndata: a\n\n\n\ndata: b\n\n", data: ["a", "b"]),
        Case(name: "text of several bytes", stream: "data: größer 🐝\n\n", data: ["größer 🐝"]),
        Case(name: "JSON without a field name", stream: "{\"error\":\n 1}\n", data: ["{\"error\":\n 1}\n"]),
        Case(name: "nothing", stream: "", data: []),
    ]

    @Test("Any two cuts of a stream give the same records", arguments: cases)
    func anyCuts(test: Case) throws {
        let bytes = Array(test.stream.utf8)
        let whole = try records(bytes, cuts: [])
        #expect(whole.filter { !$0.data.isEmpty }.map { String(decoding: $0.data, as: UTF8.self) } == test.data)
        if let names = test.names { #expect(whole.map(\.name) == names) }
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let cut = try records(bytes, cuts: [first, second])
                #expect(cut == whole, "cut at \(first) and \(second)")
            }
        }
    }

    @Test("The records' own bytes joined are the stream", arguments: cases)
    func wireIsKept(test: Case) throws {
        let bytes = Array(test.stream.utf8)
        for cut in 0...bytes.count {
            #expect(try records(bytes, cuts: [cut]).flatMap(\.wire) == bytes)
        }
    }

    @Test("An event is given as soon as its blank line is there")
    func eventsAreNotHeldBack() throws {
        var decoder = SSEDecoder()
        #expect(try decoder.feed(Array("data: a\n".utf8)).isEmpty)
        #expect(try decoder.feed(Array("\n".utf8)).count == 1)
        #expect(try decoder.feed(Array("data: b\r\rdata".utf8)).count == 1)
    }

    @Test("A record over the limit is an error, not memory")
    func recordsAreBounded() throws {
        var decoder = SSEDecoder()
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(throws: UpstreamFailure.self) {
            for _ in 0...16 { _ = try decoder.feed(piece) }
        }
    }

    private func records(_ bytes: [UInt8], cuts: [Int]) throws -> [StreamRecord] {
        var decoder = SSEDecoder()
        var records: [StreamRecord] = []
        var start = 0
        for end in cuts + [bytes.count] {
            records += try decoder.feed(Array(bytes[start..<end]))
            start = end
        }
        return records + decoder.finish()
    }
}
