extension CalendarWindow {
    /// The day of a zone's calendar: 23 or 25 hours long when its clocks change.
    /// - Parameter zone: a name of the zone database; `nil` is UTC, and so is a zone that the database has lost since it was
    ///   accepted: a limit that counts other days is better than none.
    static func day(containing time: Int64, in zone: String?) -> CalendarWindow {
        guard let rules = zone.flatMap(ZoneCatalog.rules) else { return day(containing: time) }
        let day = dayNumber(at: time, rules)
        return window(from: day, to: day + 1, rules)
    }

    /// The month of a zone's calendar.
    static func month(containing time: Int64, in zone: String?) -> CalendarWindow {
        guard let rules = zone.flatMap(ZoneCatalog.rules) else { return month(containing: time) }
        let (year, month) = civil(dayNumber: dayNumber(at: time, rules))
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return window(
            from: dayNumber(year: year, month: month), to: dayNumber(year: next.0, month: next.1), rules)
    }

    /// The days from 1970-01-01 to the day that has begun last.
    private static func dayNumber(at time: Int64, _ rules: ZoneRules) -> Int64 {
        var day = self.day(containing: time + rules.offset(at: time)).start / dayLength
        // A clock that is set back over midnight shows the day before again, which has ended nevertheless.
        while rules.first(showing: (day + 1) * dayLength) <= time { day += 1 }
        return day
    }

    private static func window(from day: Int64, to end: Int64, _ rules: ZoneRules) -> CalendarWindow {
        CalendarWindow(start: rules.first(showing: day * dayLength), end: rules.first(showing: end * dayLength))
    }
}
