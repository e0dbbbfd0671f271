internal import Configuration
internal import GatewayTypes
internal import JSON
internal import WireFormats

/// Framings of streams, and files that people write.
extension FuzzTarget {
    static let framings: [FuzzTarget] = [
        framing("sse", .serverSentEvents, "data: a\n\nevent: b\r\ndata: c\r\n\r\n: d\n\ndata: e\rdata\r\r{\"f\":1}"),
        framing("lines", .lines, "{\"a\":1}\n\r\n{\"b\":2}\r\n{\"c\""),
        framing("binary", .eventStream, "event: a\ndata: {\"b\":1}\n\nevent: exception:c\ndata: {}\n\n"),
    ]

    /// Every byte of a text framing is in exactly one record, and cuts change nothing.
    private static func framing(_ name: String, _ framing: StreamFraming, _ seed: String) -> FuzzTarget {
        FuzzTarget("framing-\(name)", texts: [seed]) { bytes in
            func records(_ pieces: [[UInt8]]) -> [StreamRecord]? {
                var decoder = RecordDecoder(framing)
                var records: [StreamRecord] = []
                for piece in pieces {
                    guard let read = try? decoder.feed(piece) else { return nil }
                    records += read
                }
                return records + decoder.finish()
            }
            let isBinary = framing == .eventStream
            // The first byte says whether the rest is framed rightly or as it comes.
            let stream = isBinary && bytes.first != 0 ? BinaryMessages.framed(bytes) : bytes
            let whole = records([stream])
            guard records(Cuts.of(stream)) == whole else { return "cuts change the records" }
            guard isBinary || whole?.flatMap(\.wire) == stream else { return "bytes are lost" }
            return nil
        }
    }

    static let documents: [FuzzTarget] = [
        FuzzTarget("configuration", texts: [Questions.configuration]) { bytes in
            let reader = ConfigurationReader(environment: { _ in "k" }, file: { _ in Array("k".utf8) })
            let read = reader.read(bytes)
            return read.configuration == nil && read.problems.isEmpty ? "refused without a word" : nil
        },
        FuzzTarget("json", texts: [#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null],"b":{"":{}}}"#]) { bytes in
            guard let tree = try? JSONTree(parsing: bytes) else { return nil }
            guard let again = try? JSONTree(parsing: tree.bytes) else { return "what was written cannot be read" }
            return again == tree ? nil : "what was written reads as something else"
        },
    ]
}
