import Telemetry
import Testing

@testable import ClusterState

@Suite struct ZoneWindowTests {
    private static func time(_ text: String) -> Int64 { Int64(RFC3339.milliseconds(from: text) ?? -1) }

    /// Lord Howe's clocks change by half an hour; in Sao Paulo's change there is no midnight, in Havana's there are two, in
    /// St. John's the clock goes back to yesterday; in Apia the 30 December 2011 never was.
    @Test(
        "A day begins and ends at the zone's midnight, whatever its clocks do in between",
        arguments: [
            ("Europe/Berlin", "2026-01-15T12:00:00Z", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z"),
            ("Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  // 23 hours
            ("Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),  // 25 hours
            ("Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
            ("America/New_York", "2060-07-04T03:59:59Z", "2060-07-03T04:00:00Z", "2060-07-04T04:00:00Z"),  // by rule
            ("Asia/Kolkata", "2026-05-05T18:29:59Z", "2026-05-04T18:30:00Z", "2026-05-05T18:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-05T00:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"),
            ("Pacific/Kiritimati", "2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
            ("America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
            ("America/St_Johns", "2010-11-07T02:45:00Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"),
            ("Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
            ("UTC", "2026-10-25T12:00:00Z", "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"),
        ])
    func days(zone: String, time: String, start: String, end: String) {
        let window = CalendarWindow.day(containing: Self.time(time), in: zone)
        #expect(window == CalendarWindow(start: Self.time(start), end: Self.time(end)))
    }

    @Test(
        "A month begins and ends at the zone's midnight",
        arguments: [
            ("Europe/Berlin", "2026-03-31T22:00:00Z", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"),
            ("Europe/Berlin", "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
            ("Asia/Tokyo", "2026-12-31T15:00:00Z", "2026-12-31T15:00:00Z", "2027-01-31T15:00:00Z"),
            ("America/Los_Angeles", "2028-02-29T12:00:00Z", "2028-02-01T08:00:00Z", "2028-03-01T08:00:00Z"),
        ])
    func months(zone: String, time: String, start: String, end: String) {
        let window = CalendarWindow.month(containing: Self.time(time), in: zone)
        #expect(window == CalendarWindow(start: Self.time(start), end: Self.time(end)))
    }

    @Test(
        "Windows follow each other without gap or overlap",
        arguments: [
            "Europe/Dublin", "America/Havana", "America/St_Johns", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut",
            "Pacific/Apia", "Antarctica/Troll", "America/Nuuk", "Australia/Lord_Howe", "Asia/Tehran", "Etc/GMT+12",
        ])
    func windowsTile(zone: String) {
        for start in [Self.time("2006-01-01T00:00:00Z"), Self.time("2026-01-01T00:00:00Z")] {
            var day = CalendarWindow.day(containing: start, in: zone)
            for _ in 0..<2200 {
                let next = CalendarWindow.day(containing: day.end, in: zone)
                let month = CalendarWindow.month(containing: day.start, in: zone)
                #expect(next.start == day.end)
                #expect(CalendarWindow.day(containing: day.end - 1, in: zone) == day)
                #expect(month.start <= day.start && day.end <= month.end)
                #expect((20...26).contains((day.end - day.start) / 3_600_000))
                day = next
            }
        }
    }

    @Test(
        "The rule for later years says what the file states of the years before 2037",
        arguments: [
            ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"), ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
            ("Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1"), ("America/Nuuk", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"),
            ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
            ("Antarctica/Troll", "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3"),
        ])
    func tailAgreesWithTheFile(zone: String, text: String) throws {
        let rules = try #require(ZoneCatalog.rules(zone))
        let start = Self.time("2026-01-01T00:00:00Z")
        let byRule = ZoneRules(
            first: rules.offset(at: start), transitions: try #require(ZoneTail(text)).transitions(after: start))
        for hour in 0..<(10 * 8766) {
            let time = start + Int64(hour) * 3_600_000
            #expect(rules.offset(at: time) == byRule.offset(at: time))
        }
    }

    @Test(
        "Text that is no rule is none",
        arguments: [
            "", "CET", "CET-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
            "CET-1CEST,M3.6.0,M10.5.0",
            "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365", "CET-999CEST,1,2", "CET-1CEST,1,2,3", "<CET-1CEST,1,2",
        ])
    func badTails(text: String) { #expect(ZoneTail(text) == nil) }

    @Test(
        "Names that are no zone are unknown, and none leads out of the database",
        arguments: [
            "", "Mars/Olympus", "europe/berlin", "../zoneinfo/Europe/Berlin", "/usr/share/zoneinfo/UTC",
            "Europe/../UTC",
            "Europe", "zone.tab", "tzdata.zi", "right/Europe/Berlin", "posix/Europe/Berlin", "Europe/Berlin\0",
            "Europe//Berlin",
            "A\(String(repeating: "a", count: 64))",
        ])
    func unknownZones(name: String) { #expect(!ZoneCatalog.isKnown(name)) }

    @Test("A damaged zone file is refused, wherever it was cut or changed")
    func damagedFiles() throws {
        var header: [UInt8] = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 39)
        header[39] = 1  // one type
        header[43] = 4
        let block: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
        let file = header + block + header + block + Array("\nCET-1\n".utf8)
        #expect(ZoneFile.rules(file)?.offset(at: 0) == 3_600_000)
        for length in 0..<(file.count - 7) { #expect(ZoneFile.rules(Array(file[..<length])) == nil) }
        for position in file.indices {
            var changed = file
            changed[position] = 0xFF
            _ = ZoneFile.rules(changed)
        }
    }
}
