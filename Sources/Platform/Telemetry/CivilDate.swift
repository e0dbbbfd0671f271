/// A day of the Gregorian calendar, also before it was introduced.
///
/// The arithmetic counts years from March, so that the leap day is a year's last, in eras of 400 years, which all have
/// 146 097 days.
struct CivilDate {
    private static let daysPerEra = 146_097
    private static let daysFromYearZeroTo1970 = 719_468  // from the first of March

    let year: Int
    let month: Int
    let day: Int

    /// - Parameter number: days since 1970-01-01.
    init(day number: Int) {
        let days = number + Self.daysFromYearZeroTo1970
        let era = (days >= 0 ? days : days - Self.daysPerEra + 1) / Self.daysPerEra
        let dayOfEra = days - era * Self.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// nil for a day that does not exist.
    init?(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
        let back = CivilDate(day: daysSince1970)
        guard back.year == year, back.month == month, back.day == day else { return nil }
    }

    var daysSince1970: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.daysFromYearZeroTo1970
    }
}
