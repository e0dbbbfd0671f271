/// The rule for the years after a zone's last stated transition: a POSIX `TZ` text such as `CET-1CEST,M3.5.0,M10.5.0/3`
/// (POSIX.1-2017, section 8.3, with the hours up to 167 of RFC 8536).
struct ZoneTail: Equatable {
    private enum Day: Equatable {
        /// `Jn`: 1...365, the leap day not counted.
        case ofUsualYear(Int)
        /// `n`: 0...365, the leap day counted.
        case ofYear(Int)
        /// `Mm.w.d`: the w-th weekday d (0 is Sunday) of month m; 5 is the last.
        case weekday(month: Int, week: Int, day: Int)
    }

    private struct Change: Equatable {
        var day: Day
        /// Seconds after midnight of the clock as it is before.
        var time: Int
    }

    /// How far rules are worked out.
    private static let lastYear = 2150

    /// Seconds ahead of UTC.
    private let standard: Int
    private let summer: Int
    private let begin: Change
    private let end: Change

    /// - Returns: `nil` for a zone that no longer changes its clock, and for text that is no rule.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard Self.skipName(&rest), let west = Self.time(&rest), Self.skipName(&rest) else { return nil }
        standard = -west
        summer = rest.first == UInt8(ascii: ",") ? standard + 3600 : Self.time(&rest).map { -$0 } ?? standard + 3600
        guard let begin = Self.change(&rest), let end = Self.change(&rest), rest.isEmpty else { return nil }
        (self.begin, self.end) = (begin, end)
    }

    /// - Parameter last: the last stated transition, in Unix milliseconds.
    func transitions(after last: Int64?) -> [ZoneRules.Period] {
        let earliest = last ?? -1
        let first = CalendarWindow.civil(dayNumber: max(earliest, 0) / CalendarWindow.dayLength).year
        guard first <= Self.lastYear else { return [] }
        var periods: [ZoneRules.Period] = []
        for year in Int(first)...Self.lastYear {
            for (change, before, after) in [(begin, standard, summer), (end, summer, standard)] {
                let instant = Int64(Self.dayNumber(of: change.day, in: year) * 86_400 + change.time - before) * 1000
                if instant > earliest {
                    periods.append(ZoneRules.Period(start: instant, offset: Int64(after) * 1000))
                }
            }
        }
        return periods
    }

    private static func dayNumber(of day: Day, in year: Int) -> Int {
        func first(of month: Int, _ year: Int) -> Int {
            Int(CalendarWindow.dayNumber(year: Int64(year), month: Int64(month)))
        }
        let start = first(of: 1, year)
        switch day {
        case .ofYear(let number): return start + number
        case .ofUsualYear(let number):
            let hasLeapDay = first(of: 3, year) - start == 60
            return start + number - 1 + (hasLeapDay && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let day):
            let begin = first(of: month, year)
            let next = month == 12 ? first(of: 1, year + 1) : first(of: month + 1, year)
            // 1970-01-01 was a Thursday.
            var found = begin + (day - (begin + 4) % 7 + 7) % 7 + (week - 1) * 7
            while found >= next { found -= 7 }
            return found
        }
    }

    // MARK: - Reading

    /// Three or more letters, or anything in angle brackets.
    private static func skipName(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let letters = rest.prefix { (65...90).contains($0 & 0xDF) }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>) -> Int? {
        var sign = 1
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            rest = rest.dropFirst()
        }
        guard var seconds = number(&rest, upTo: 167).map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            guard let part = number(&rest, upTo: 59) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    /// `,date[/time]`.
    private static func change(_ rest: inout ArraySlice<UInt8>) -> Change? {
        guard rest.popFirst() == UInt8(ascii: ","), let day = day(&rest) else { return nil }
        guard rest.first == UInt8(ascii: "/") else { return Change(day: day, time: 7200) }
        rest = rest.dropFirst()
        return time(&rest).map { Change(day: day, time: $0) }
    }

    private static func day(_ rest: inout ArraySlice<UInt8>) -> Day? {
        switch rest.first {
        case UInt8(ascii: "J"):
            rest = rest.dropFirst()
            return number(&rest, upTo: 365).flatMap { $0 > 0 ? .ofUsualYear($0) : nil }
        case UInt8(ascii: "M"):
            rest = rest.dropFirst()
            guard let month = number(&rest, upTo: 12), month > 0, rest.popFirst() == UInt8(ascii: "."),
                let week = number(&rest, upTo: 5), week > 0, rest.popFirst() == UInt8(ascii: "."),
                let day = number(&rest, upTo: 6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        default: return number(&rest, upTo: 365).map { .ofYear($0) }
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, upTo most: Int) -> Int? {
        let digits = rest.prefix { (48...57).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        return number <= most ? number : nil
    }
}
