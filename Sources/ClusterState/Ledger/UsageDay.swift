internal import SQLDatabase

/// The days (of UTC) that `usage_hourly` sums up besides its hours: under kinds of their own, with the day in the column of the
/// hour. They are written with their hours, in one transaction, so they always are the sums of what the hours say.
enum UsageDay {
    static let length: Int64 = 24 * UsageHour.length

    static func start(of time: Int64) -> Int64 { time - ((time % length) + length) % length }

    /// Sums the day of an hour up anew.
    static func sumUp(dayOf hour: Int64, _ connection: SQLConnection) throws(SQLError) {
        let day = start(of: hour)
        for kind in UsageSumKind.allCases {
            guard let name = kind.nameOfDays else { continue }
            let day = SQLValue.integer(day)
            try connection.execute("DELETE FROM usage_hourly WHERE kind = ? AND hour = ?", .text(name), day)
            try connection.execute(
                kind.summingUpDay,
                [.text(name), day, .text(kind.rawValue), day, .integer(start(of: hour) + length)])
        }
    }
}
