import Testing

@testable import Telemetry

@Suite("RFC 3339")
struct RFC3339Tests {
    @Test(
        "Dates are written as they are read",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_255_200_123, "2026-11-21T10:00:00.123Z"),
            (951_827_696_789, "2000-02-29T12:34:56.789Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ])
    func bothWays(milliseconds: Int, text: String) {
        #expect(RFC3339.string(from: milliseconds) == text)
        #expect(RFC3339.milliseconds(from: text) == milliseconds)
    }

    @Test("Reading undoes writing on every day of four centuries")
    func everyDay() {
        for day in -73_000...73_100 {
            let time = day * 86_400_000 + 43_200_001
            #expect(RFC3339.milliseconds(from: RFC3339.string(from: time)) == time)
        }
    }

    @Test(
        "Offsets, fractions of any length, lower case and leap seconds are read",
        arguments: [
            ("1985-04-12T23:20:50.52Z", 482_196_050_520), ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1990-12-31T23:59:60Z", 662_688_000_000), ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
            ("1970-01-01t00:00:00z", 0), ("1970-01-01T00:00:00.123456789Z", 123), ("1970-01-01T00:00:00.1Z", 100),
        ])
    func reads(text: String, milliseconds: Int) { #expect(RFC3339.milliseconds(from: text) == milliseconds) }

    @Test(
        "What is no date is refused",
        arguments: [
            "", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+0100",
            "2026-01-01T00:00:00+24:00", "+026-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "2100-02-29T00:00:00Z",
        ])
    func refuses(text: String) { #expect(RFC3339.milliseconds(from: text) == nil) }

    @Test("The wall clock is in this century and in milliseconds")
    func now() {
        #expect((1_700_000_000_000..<4_102_444_800_000).contains(WallClock.now()))
    }
}
