/// Reads the lines of one server-sent event.
enum SSEFields {
    /// - Parameter skippingMark: whether a byte order mark may stand first.
    static func read(_ wire: [UInt8], skippingMark: Bool) -> StreamRecord {
        var start = skippingMark && wire.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let first = start
        var name: String?
        var data: [UInt8] = []
        var dataLines = 0
        while start < wire.count {
            let end = lineEnd(wire, from: start)
            if let value = value(of: "data", in: wire, start..<end) {
                if dataLines > 0 { data.append(.lineFeed) }
                data.append(contentsOf: wire[value])
                dataLines += 1
            } else if let value = value(of: "event", in: wire, start..<end) {
                name = String(decoding: wire[value], as: UTF8.self)
            }
            start = end + 1
        }
        if dataLines == 0, isUnframedJSON(wire, from: first) { data = Array(wire[first...]) }
        return StreamRecord(name: name, data: data, wire: wire)
    }

    /// The offset of the next line end, or the end of the bytes. The `\n` of a `\r\n` then counts as an empty line, which
    /// changes nothing inside a record.
    private static func lineEnd(_ wire: [UInt8], from start: Int) -> Int {
        let feed = wire.firstOffset(of: .lineFeed, from: start) ?? wire.count
        return wire.firstOffset(of: .carriageReturn, from: start, to: feed) ?? feed
    }

    /// The value of a line that is `name: value`, `name:value` or `name` alone.
    private static func value(of name: StaticString, in wire: [UInt8], _ line: Range<Int>) -> Range<Int>? {
        let count = name.utf8CodeUnitCount
        guard line.count >= count else { return nil }
        for offset in 0..<count where wire[line.lowerBound + offset] != name.utf8Start[offset] { return nil }
        var start = line.lowerBound + count
        guard start < line.upperBound else { return start..<start }
        guard wire[start] == UInt8(ascii: ":") else { return nil }
        start += 1
        if start < line.upperBound, wire[start] == .space { start += 1 }
        return start..<line.upperBound
    }

    /// Some providers answer a streaming request with a plain JSON error under the event stream's content type.
    private static func isUnframedJSON(_ wire: [UInt8], from start: Int) -> Bool {
        for byte in wire[start...] where byte > .space {
            return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
        }
        return false
    }
}
