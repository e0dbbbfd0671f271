public import GatewayTypes

/// Cuts a stream of lines (NDJSON) into records, whatever pieces it arrives in. A blank line is a record with empty `data`;
/// the last line needs no end.
public struct LineDecoder: Sendable {
    private var held: [UInt8] = []
    private var searched = 0

    public init() {}

    /// - Throws: `badAnswer` when a line outgrows `SSEDecoder.recordLimit`.
    public mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [StreamRecord] {
        var buffer = bytes
        if !held.isEmpty {
            swap(&buffer, &held)
            buffer.append(contentsOf: bytes)
            held = []
        }
        var records: [StreamRecord] = []
        var start = 0
        while let end = buffer.firstOffset(of: .lineFeed, from: searched) {
            records.append(record(Array(buffer[start...end])))
            start = end + 1
            searched = start
        }
        searched = buffer.count - start
        if start < buffer.count { held = start == 0 ? buffer : Array(buffer[start...]) }
        if held.count > SSEDecoder.recordLimit {
            throw UpstreamFailure(
                .badAnswer, message: "The provider sent a line larger than \(SSEDecoder.recordLimit) bytes.")
        }
        return records
    }

    /// What is left when the stream has ended.
    public mutating func finish() -> [StreamRecord] {
        guard !held.isEmpty else { return [] }
        defer {
            held = []
            searched = 0
        }
        return [record(held)]
    }

    private func record(_ wire: [UInt8]) -> StreamRecord {
        var end = wire.count
        if end > 0, wire[end - 1] == .lineFeed { end -= 1 }
        if end > 0, wire[end - 1] == .carriageReturn { end -= 1 }
        return StreamRecord(data: Array(wire[..<end]), wire: wire)
    }
}
