/// Finds "try again in 20s" in a provider's words, and reads what stands for a time there and in headers.
public enum RetryHint {
    private static let leads = ["try again in ", "retry in ", "retry after ", "try again after ", "wait "]

    /// - Returns: the wait that a message asks for in words.
    public static func delay(in message: String) -> Duration? {
        let text = message.lowercased()
        for lead in leads {
            if let end = text.endOfFirst(lead), let wait = duration(text[end...]) { return wait }
        }
        return nil
    }

    /// The duration a text begins with, such as `20s`, `1.5 seconds`, `340ms` or `6m0s`; a bare number counts seconds.
    /// - Returns: at most a day, so that one absurd answer does not switch a provider off for good.
    public static func duration(_ text: Substring) -> Duration? { sum(text).map { min($0, .seconds(86_400)) } }

    private static func sum(_ text: Substring) -> Duration? {
        var rest = text
        var total: Duration?
        while let (number, after) = number(rest) {
            let words = after.drop { $0 == " " }
            let unit = words.prefix { $0.isLetter }
            let factor: Double
            switch unit {
            case "ms", "millisecond", "milliseconds": factor = 0.001
            case "m", "min", "minute", "minutes": factor = 60
            case "h", "hr", "hour", "hours": factor = 3600
            case "d", "day", "days": factor = 86400
            case "s", "sec", "second", "seconds": factor = 1
            default:
                guard total == nil else { return total }
                return .milliseconds(Int64(number * 1000))
            }
            total = (total ?? .zero) + .milliseconds(Int64(number * factor * 1000))
            rest = words.dropFirst(unit.count)
        }
        return total
    }

    /// A number of at most nine digits, and what follows it.
    private static func number(_ text: Substring) -> (Double, Substring)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let trimmed = digits.hasSuffix(".") ? digits.dropLast() : digits
        guard !trimmed.isEmpty, trimmed.count < 18, let number = Double(trimmed), number < 1e9 else { return nil }
        return (number, text.dropFirst(trimmed.count))
    }
}

extension String {
    /// The index after the first occurrence of `part`.
    func endOfFirst(_ part: String) -> String.Index? {
        guard let first = part.utf8.first else { return nil }
        var start = utf8.startIndex
        while let found = utf8[start...].firstIndex(of: first) {
            if utf8[found...].starts(with: part.utf8) { return utf8.index(found, offsetBy: part.utf8.count) }
            start = utf8.index(after: found)
        }
        return nil
    }
}
