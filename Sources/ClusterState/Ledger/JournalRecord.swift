/// One entry of the journal as it lies in a segment, everything in the machine's byte order:
/// length of the payload (4 bytes), kind (4), checksum over the segment's seed, both and the payload (8), payload, zeros up
/// to a multiple of 8. What does not match its checksum ends the segment: zeros, a record half written, and what a segment
/// with another number left in the same file.
struct JournalRecord: Equatable {
    enum Kind: UInt32 {
        /// A request was admitted; the payload is its opening `UsageRecord`.
        case opened = 1
        /// A stream has come this far; the payload is a `UsageProgress`.
        case checkpoint = 2
        /// A request ended; the payload is its whole `UsageRecord`.
        case settled = 3
        /// A request was let in of which Redis has yet to be told; the payload is an `UntoldRequest`.
        case untold = 4
    }

    var kind: Kind
    var payload: [UInt8]

    static let headerSize = 16

    /// Bytes that a payload of `count` bytes takes up.
    static func size(_ count: Int) -> Int { headerSize + (count + 7) & ~7 }

    /// Writes a record at `target`, which must have `size(payload.count)` bytes. A process killed half way leaves no record,
    /// as the checksum tells.
    static func write(_ kind: Kind, _ payload: [UInt8], seed: UInt64, at target: UnsafeMutableRawPointer) {
        (target + size(payload.count) - 8).storeBytes(of: 0, as: UInt64.self)  // the padding
        payload.withUnsafeBytes { (target + headerSize).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        target.storeBytes(of: kind.rawValue, toByteOffset: 4, as: UInt32.self)
        let sum = checksum(seed, kind.rawValue, target + headerSize, payload.count)
        target.storeBytes(of: sum, toByteOffset: 8, as: UInt64.self)
        target.storeBytes(of: UInt32(payload.count), as: UInt32.self)
    }

    /// Reads the record at the start of `bytes`.
    /// - Returns: `nil` at the end, and for what was not written to its end.
    static func read(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> JournalRecord? {
        guard bytes.count >= headerSize, let start = bytes.baseAddress else { return nil }
        let length = Int(start.load(as: UInt32.self))
        guard length > 0, size(length) <= bytes.count,
            let kind = Kind(rawValue: start.load(fromByteOffset: 4, as: UInt32.self)),
            start.load(fromByteOffset: 8, as: UInt64.self) == checksum(seed, kind.rawValue, start + headerSize, length)
        else { return nil }
        return JournalRecord(kind: kind, payload: Array(bytes[headerSize..<headerSize + length]))
    }

    /// Tells a torn record, not a forged one. Takes eight bytes a step, the padding's zeros with them.
    private static func checksum(_ seed: UInt64, _ kind: UInt32, _ payload: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var sum = seed ^ (UInt64(kind) << 32 | UInt64(count))
        for offset in stride(from: 0, to: count, by: 8) {
            sum = (sum ^ payload.load(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 29
        }
        return sum
    }
}
