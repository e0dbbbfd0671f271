import GatewayTypes
import Testing
import WireFormats

@Suite("Lines of a stream")
struct LineDecoderTests {
    @Test(
        "Any cut gives the same lines, and their bytes joined are the stream",
        arguments: [
            ("{\"a\":1}\n{\"b\":2}\n", ["{\"a\":1}", "{\"b\":2}"]), ("{}\r\n{}\r\n", ["{}", "{}"]),
            ("{}\n\n\n[]", ["{}", "[]"]), ("", []), ("\n", []), ("größer", ["größer"]),
        ] as [(String, [String])])
    func anyCut(stream: String, lines: [String]) throws {
        let bytes = Array(stream.utf8)
        for cut in 0...bytes.count {
            var decoder = RecordDecoder(.lines)
            var records = try decoder.feed(Array(bytes[..<cut]))
            records += try decoder.feed(Array(bytes[cut...]))
            records += decoder.finish()
            #expect(records.filter { !$0.data.isEmpty }.map { String(decoding: $0.data, as: UTF8.self) } == lines)
            #expect(records.flatMap(\.wire) == bytes)
        }
    }

    @Test("A line over the limit is an error, not memory")
    func linesAreBounded() {
        var decoder = LineDecoder()
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(throws: UpstreamFailure.self) {
            for _ in 0...16 { _ = try decoder.feed(piece) }
        }
    }
}
