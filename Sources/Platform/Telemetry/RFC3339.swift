/// Dates as text (RFC 3339), between unix milliseconds and `2026-11-21T10:00:00.123Z`.
public enum RFC3339 {
    static let length = 24
    private static let millisecondsPerDay = 86_400_000
    private static let earliest = -62_167_219_200_000  // year 0
    private static let latest = 253_402_300_799_999  // the end of year 9999

    /// - Parameter milliseconds: since 1970 in UTC; times outside of the years 0 to 9999 become the nearest inside.
    public static func string(from milliseconds: Int) -> String {
        String(unsafeUninitializedCapacity: length) {
            write(milliseconds, to: $0.baseAddress!)
            return length
        }
    }

    /// Writes 24 bytes.
    static func write(_ milliseconds: Int, to text: UnsafeMutablePointer<UInt8>) {
        let milliseconds = min(max(milliseconds, earliest), latest)
        let time = ((milliseconds % millisecondsPerDay) + millisecondsPerDay) % millisecondsPerDay
        let date = CivilDate(day: (milliseconds - time) / millisecondsPerDay)
        func put(_ number: Int, digits: Int, at index: Int, then separator: Unicode.Scalar) {
            var rest = number
            for position in stride(from: index + digits - 1, through: index, by: -1) {
                text[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            text[index + digits] = UInt8(ascii: separator)
        }
        put(date.year, digits: 4, at: 0, then: "-")
        put(date.month, digits: 2, at: 5, then: "-")
        put(date.day, digits: 2, at: 8, then: "T")
        put(time / 3_600_000, digits: 2, at: 11, then: ":")
        put(time / 60_000 % 60, digits: 2, at: 14, then: ":")
        put(time / 1000 % 60, digits: 2, at: 17, then: ".")
        put(time % 1000, digits: 3, at: 20, then: "Z")
    }

    /// - Parameter text: with `Z` or an offset, with or without a fraction (digits after the third are cut off). A leap
    ///   second counts as the first of the next minute.
    /// - Returns: nil for anything else, days that do not exist included.
    public static func milliseconds(from text: String) -> Int? {
        var scan = Scan(rest: Substring(text).utf8)
        guard let year = scan.number(digits: 4), scan.take("-"), let month = scan.number(digits: 2), scan.take("-"),
            let day = scan.number(digits: 2), scan.take("T") || scan.take("t"), let hour = scan.number(digits: 2),
            scan.take(":"), let minute = scan.number(digits: 2), scan.take(":"), let second = scan.number(digits: 2),
            let fraction = scan.fraction(), let offset = scan.offset(), scan.rest.isEmpty,
            (1...12).contains(month), hour < 24, minute < 60, second <= 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let minutes = date.daysSince1970 * 1440 + hour * 60 + minute - offset
        return (minutes * 60 + second) * 1000 + fraction
    }

    private struct Scan {
        var rest: Substring.UTF8View

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func digit() -> Int? {
            guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            rest.removeFirst()
            return Int(byte - UInt8(ascii: "0"))
        }

        mutating func number(digits: Int) -> Int? {
            var number = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// Milliseconds; 0 when there is no fraction, nil for a point without digits.
        mutating func fraction() -> Int? {
            guard take(".") else { return 0 }
            guard var number = digit() else { return nil }
            var digits = 1
            while let digit = digit() {
                if digits < 3 { number = number * 10 + digit }
                digits += 1
            }
            return digits == 1 ? number * 100 : digits == 2 ? number * 10 : number
        }

        /// Minutes east of Greenwich.
        mutating func offset() -> Int? {
            if take("Z") || take("z") { return 0 }
            let isEast = take("+")
            guard isEast || take("-"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
                hours < 24, minutes < 60
            else { return nil }
            return (hours * 60 + minutes) * (isEast ? 1 : -1)
        }
    }
}
