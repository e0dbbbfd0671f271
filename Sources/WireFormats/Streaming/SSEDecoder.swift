public import GatewayTypes
internal import Glibc

/// Cuts a stream of server-sent events (HTML Living Standard, section 9.2) into records, whatever pieces it arrives in.
///
/// Every byte fed is in the `wire` of exactly one record, so joining them gives the stream back. What holds no `data:` line
/// (comments, stray blank lines) is a record with empty `data`. Three liberties are taken because providers do: the last
/// event needs no blank line after it, JSON without any field name before it is taken as data, and a byte order mark may
/// stand first.
public struct SSEDecoder: Sendable {
    /// The most bytes of one record.
    public static let recordLimit = 16 << 20

    /// The start of a record whose end has not come.
    private var held: [UInt8] = []
    /// Where in `held` its last, unfinished line starts, and up to where that line was searched for its end.
    private var lineStart = 0
    private var searched = 0
    /// Whether the line before ended in `\r` alone: then a blank line's `\r` ends the record without waiting for a `\n`.
    private var endedInReturn = false
    private var isFirst = true

    public init() {}

    /// Whether the next byte begins a record, and not the stream's first, which may begin with a mark.
    var isBetweenRecords: Bool { held.isEmpty && lineStart == 0 && !endedInReturn && !isFirst }

    /// - Throws: `badAnswer` when a record outgrows `recordLimit`.
    public mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [StreamRecord] {
        var records: [StreamRecord] = []
        if held.isEmpty {
            let rest = cut(bytes, into: &records)
            if rest < bytes.count { held = rest == 0 ? bytes : Array(bytes[rest...]) }
        } else {
            held.append(contentsOf: bytes)
            let buffer = held
            held = []
            let rest = cut(buffer, into: &records)
            held = rest == 0 ? buffer : Array(buffer[rest...])
        }
        if held.count > Self.recordLimit {
            throw UpstreamFailure(
                .badAnswer, message: "The provider sent an event larger than \(Self.recordLimit) bytes.")
        }
        return records
    }

    /// What is left when the stream has ended.
    public mutating func finish() -> [StreamRecord] {
        guard !held.isEmpty else { return [] }
        let last = record(held, 0..<held.count)
        held = []
        return [last]
    }

    /// Appends the whole records in `buffer`; what is left starts at the returned offset, with the line state relative to it.
    private mutating func cut(_ buffer: [UInt8], into records: inout [StreamRecord]) -> Int {
        var recordStart = 0
        let hasReturn = buffer.firstOffset(of: .carriageReturn, from: searched) != nil
        while let end = nextLineEnd(buffer, hasReturn: hasReturn) {
            let isBlank = end.at == lineStart
            endedInReturn = buffer[end.at] == .carriageReturn && end.after == end.at + 1
            lineStart = end.after
            searched = end.after
            guard isBlank else { continue }
            records.append(record(buffer, recordStart..<end.after))
            recordStart = end.after
            endedInReturn = false
        }
        lineStart -= recordStart
        searched -= recordStart
        return recordStart
    }

    /// The next line end at or after `searched`; `nil` when it has not come, or is a `\r` that a `\n` may still follow.
    private mutating func nextLineEnd(_ buffer: [UInt8], hasReturn: Bool) -> (at: Int, after: Int)? {
        let feed = buffer.firstOffset(of: .lineFeed, from: searched)
        if hasReturn,
            let back = buffer.firstOffset(of: .carriageReturn, from: searched, to: feed ?? buffer.count)
        {
            if back + 1 < buffer.count {
                let pairs = buffer[back + 1] == .lineFeed && !(back == lineStart && endedInReturn)
                return (back, pairs ? back + 2 : back + 1)
            }
            if back == lineStart && endedInReturn { return (back, back + 1) }
            searched = back
            return nil
        }
        guard let feed else {
            searched = buffer.count
            return nil
        }
        return (feed, feed + 1)
    }

    /// Reads the fields of one record.
    private mutating func record(_ buffer: [UInt8], _ range: Range<Int>) -> StreamRecord {
        let wire = range.count == buffer.count ? buffer : Array(buffer[range])
        defer { isFirst = false }
        return SSEFields.read(wire, skippingMark: isFirst)
    }
}
