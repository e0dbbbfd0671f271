/// An exact amount of US dollars in steps of 10^-12: a price per million tokens with six decimals is a whole number of them
/// per token, so sums never drift. Holds up to about nine million dollars and saturates beyond.
public struct USD: Sendable, Hashable, Comparable {
    public var picodollars: Int64
    public init(picodollars: Int64) { self.picodollars = picodollars }

    public static let zero = USD(picodollars: 0)

    /// - Returns: `nil` for text that is no plain decimal number or is out of range.
    public init?(_ text: String) {
        let negative = text.hasPrefix("-")
        let parts = text.dropFirst(negative ? 1 : 0).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !(whole.isEmpty && parts.count < 2) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard whole.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), fraction.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
            fraction.utf8.count <= 12, !(whole.isEmpty && fraction.isEmpty),
            let amount = Int64(String(whole) + fraction + String(repeating: "0", count: 12 - fraction.utf8.count))
        else { return nil }
        picodollars = negative ? -amount : amount
    }

    /// The nearest amount to a number of dollars.
    public init(dollars: Double) {
        let scaled = (dollars * 1e12).rounded()
        picodollars = scaled >= 9.2e18 ? .max : scaled <= -9.2e18 ? .min : Int64(scaled)
    }

    public static func < (left: USD, right: USD) -> Bool { left.picodollars < right.picodollars }

    public static func + (left: USD, right: USD) -> USD {
        let (sum, overflow) = left.picodollars.addingReportingOverflow(right.picodollars)
        return USD(picodollars: overflow ? (right.picodollars < 0 ? .min : .max) : sum)
    }

    public static func - (left: USD, right: USD) -> USD {
        let (difference, overflow) = left.picodollars.subtractingReportingOverflow(right.picodollars)
        return USD(picodollars: overflow ? (right.picodollars > 0 ? .min : .max) : difference)
    }

    public static func += (left: inout USD, right: USD) { left = left + right }

    /// `count` times this amount.
    public func times(_ count: Int) -> USD {
        let (product, overflow) = picodollars.multipliedReportingOverflow(by: Int64(count))
        return USD(picodollars: overflow ? .max : product)
    }
}

extension USD: CustomStringConvertible {
    /// A plain decimal with as many places as it needs: `0.00012`.
    public var description: String {
        let digits = String(picodollars.magnitude)
        let padded = String(repeating: "0", count: max(0, 13 - digits.count)) + digits
        var fraction = padded.suffix(12)
        while fraction.last == "0" { fraction.removeLast() }
        let sign = picodollars < 0 ? "-" : ""
        return sign + padded.dropLast(12) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
