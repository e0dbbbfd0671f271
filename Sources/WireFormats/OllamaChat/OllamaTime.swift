/// Times as Ollama writes them (RFC 3339, UTC).
enum OllamaTime {
    /// - Parameter seconds: since 1970.
    static func text(_ seconds: Int) -> String {
        let seconds = min(max(seconds, 0), 253_402_300_799)  // the end of the year 9999
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        let (year, month, day) = date(days)
        let clock = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        return "\(two(year / 100))\(two(year % 100))-\(two(month))-\(two(day))T\(clock)Z"
    }

    /// The date of a day in the Gregorian calendar, counted with years that begin in March.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthOfYear = (5 * dayOfYear + 2) / 153
        let month = monthOfYear < 10 ? monthOfYear + 3 : monthOfYear - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthOfYear + 2) / 5 + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
