/// The id of an entry of a stream, as Redis gives them: Unix milliseconds and a number within them. Later entries have
/// greater ones.
struct StreamPlace: Comparable, Sendable {
    private let time: UInt64
    private let number: UInt64

    /// - Returns: `nil` for text that is no id.
    init?(_ text: String) {
        let digits = text.utf8
        guard let dash = digits.firstIndex(of: UInt8(ascii: "-")), let time = Self.number(digits[..<dash]),
            let number = Self.number(digits[digits.index(after: dash)...])
        else { return nil }
        self.time = time
        self.number = number
    }

    /// As Redis writes it.
    var text: String { "\(time)-\(number)" }

    private static func number(_ digits: Substring.UTF8View) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var sum: UInt64 = 0
        for digit in digits {
            let (tens, isTooLarge) = sum.multipliedReportingOverflow(by: 10)
            guard !isTooLarge, case 0...9 = digit &- UInt8(ascii: "0") else { return nil }
            let (next, isStillTooLarge) = tens.addingReportingOverflow(UInt64(digit &- UInt8(ascii: "0")))
            guard !isStillTooLarge else { return nil }
            sum = next
        }
        return sum
    }

    static func < (one: StreamPlace, other: StreamPlace) -> Bool {
        (one.time, one.number) < (other.time, other.number)
    }
}
