/// Start and end of the calendar window that an instant falls into. All times are Unix milliseconds; days and months are
/// those of UTC unless a zone is named.
struct CalendarWindow: Equatable {
    var start: Int64
    var end: Int64

    static let minuteLength: Int64 = 60_000
    static let dayLength: Int64 = 86_400_000

    static func minute(containing time: Int64) -> CalendarWindow { fixed(time, minuteLength) }

    static func day(containing time: Int64) -> CalendarWindow { fixed(time, dayLength) }

    static func month(containing time: Int64) -> CalendarWindow {
        let (year, month) = civil(dayNumber: day(containing: time).start / dayLength)
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return CalendarWindow(
            start: dayNumber(year: year, month: month) * dayLength,
            end: dayNumber(year: next.0, month: next.1) * dayLength)
    }

    func contains(_ time: Int64) -> Bool { time >= start && time < end }

    private static func fixed(_ time: Int64, _ length: Int64) -> CalendarWindow {
        let offset = time % length
        let start = time - (offset < 0 ? offset + length : offset)
        return CalendarWindow(start: start, end: start + length)
    }

    // The two functions count in years that begin on 1 March, so that the leap day is the last one of its year.

    /// Days from 1970-01-01 to the first of the month, in the proleptic Gregorian calendar.
    static func dayNumber(year: Int64, month: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(dayNumber: Int64) -> (year: Int64, month: Int64) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }
}
