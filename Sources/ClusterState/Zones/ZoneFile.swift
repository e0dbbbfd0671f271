/// Reads a compiled time zone (TZif, RFC 8536): its transitions, and the rule for the years after the last of them.
struct ZoneFile {
    private struct Header {
        static let size = 44
        var version: UInt8
        var utcFlags, standardFlags, leaps, times, types, characters: Int

        /// The bytes after the header, with times of `timeSize` bytes.
        func size(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standardFlags + utcFlags
        }
    }

    private let bytes: [UInt8]

    /// - Returns: `nil` for what is no zone of version 2 or later, and for zones that count leap seconds (`right/`), which Unix
    ///   time does not.
    static func rules(_ bytes: [UInt8]) -> ZoneRules? {
        let file = ZoneFile(bytes: bytes)
        guard let old = file.header(at: 0), old.version >= UInt8(ascii: "2") else { return nil }
        // The first block repeats the second in 32 bits.
        let start = Header.size + old.size(timeSize: 4)
        guard let header = file.header(at: start), header.leaps == 0, header.types > 0 else { return nil }
        return file.rules(header, at: start + Header.size)
    }

    private func rules(_ header: Header, at start: Int) -> ZoneRules? {
        let end = start + header.size(timeSize: 8)
        guard end <= bytes.count else { return nil }
        let kinds = start + header.times * 8
        let types = kinds + header.times
        func offset(ofType type: Int) -> Int64? {
            guard type < header.types else { return nil }
            let seconds = Int64(Int32(truncatingIfNeeded: number(at: types + type * 6, 4)))
            return abs(seconds) <= 93_600 ? seconds * 1000 : nil
        }
        guard let first = offset(ofType: 0) else { return nil }
        var transitions: [ZoneRules.Period] = []
        for position in 0..<header.times {
            let seconds = Int64(bitPattern: number(at: start + position * 8, 8))
            guard let offset = offset(ofType: Int(bytes[kinds + position])) else { return nil }
            // Some files begin with a transition at the beginning of time.
            transitions.append(ZoneRules.Period(start: max(seconds, -200_000_000_000) * 1000, offset: offset))
        }
        let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        if let tail = ZoneTail(String(decoding: footer, as: UTF8.self)) {
            transitions += tail.transitions(after: transitions.last?.start)
        }
        return ZoneRules(first: first, transitions: transitions)
    }

    private func header(at start: Int) -> Header? {
        guard start + Header.size <= bytes.count, bytes[start..<start + 4].elementsEqual("TZif".utf8) else {
            return nil
        }
        let counts = (0..<6).map { Int(number(at: start + 20 + $0 * 4, 4)) }
        guard counts.allSatisfy({ $0 <= 100_000 }) else { return nil }
        return Header(
            version: bytes[start + 4], utcFlags: counts[0], standardFlags: counts[1], leaps: counts[2],
            times: counts[3], types: counts[4], characters: counts[5])
    }

    /// The big-endian number of `count` bytes.
    private func number(at start: Int, _ count: Int) -> UInt64 {
        bytes[start..<start + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
