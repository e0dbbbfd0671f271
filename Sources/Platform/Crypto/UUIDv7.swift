internal import Glibc
internal import Threading

/// Identifiers that sort by time (RFC 9562, section 5.7), each greater than every one made before it in this process.
///
/// Within a millisecond the twelve bits after the version count up from a random start (section 6.2, method 1); 62 bits are
/// always random. When the clock stands still or steps back, or the count runs out, the time in the identifier runs ahead.
public enum UUIDv7 {
    /// - Returns: 36 characters in lower case.
    public static func make() -> String {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        let now = UInt64(clock.tv_sec) * 1000 + UInt64(clock.tv_nsec) / 1_000_000
        let (high, low) = series.withLock { $0.next(at: now) }
        return text(high, low)
    }

    private static let series = Locked(Series())

    static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { text in
            let digits = Hex.digits.utf8Start
            var at = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    text[at] = UInt8(ascii: "-")
                    at += 1
                }
                let half = digit < 16 ? high : low
                text[at] = digits[Int(half >> UInt64(60 - digit % 16 * 4) & 15)]
                at += 1
            }
            return 36
        }
    }

    /// The state behind the identifiers: last time and count, and random numbers drawn by the block, because a call into
    /// OpenSSL's generator costs more than everything else here.
    struct Series {
        private static let counterBits: UInt64 = 12
        private var last: UInt64 = 0
        private var counter: UInt64 = 0
        private var random: [UInt64] = []

        /// - Parameter now: unix milliseconds.
        mutating func next(at now: UInt64) -> (high: UInt64, low: UInt64) {
            if now > last {
                last = now
                counter = draw() >> 53  // eleven bits, so half of the range is always left to count in
            } else {
                counter += 1
                if counter >> Self.counterBits != 0 {
                    last += 1
                    counter = 0
                }
            }
            return (last << 16 | 0x7000 | counter, draw() >> 2 | 0x8000_0000_0000_0000)
        }

        private mutating func draw() -> UInt64 {
            if random.isEmpty {
                random = [UInt64](unsafeUninitializedCapacity: 512) { buffer, count in
                    buffer.withMemoryRebound(to: UInt8.self) { SecureRandom.fill($0) }
                    count = buffer.count
                }
            }
            return random.removeLast()
        }
    }
}
