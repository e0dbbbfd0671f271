import Glibc
import Testing

@testable import ClusterState

@Suite struct CalendarWindowTests {
    @Test(
        "A month begins and ends at its first instant UTC",
        arguments: [
            (1_773_144_000_000, 1_772_323_200_000, 1_775_001_600_000),  // 2026-03-10
            (1_709_164_800_000, 1_706_745_600_000, 1_709_251_200_000),  // 2024-02-29, a leap day
            (1_706_745_600_000, 1_706_745_600_000, 1_709_251_200_000),  // the first instant of February 2024
            (1_706_745_599_999, 1_704_067_200_000, 1_706_745_600_000),  // the last of January
            (1_735_689_599_999, 1_733_011_200_000, 1_735_689_600_000),  // the last of December 2024
            (0, 0, 2_678_400_000),  // January 1970
            (-1, -2_678_400_000, 0),  // December 1969
        ] as [(Int64, Int64, Int64)])
    func months(time: Int64, start: Int64, end: Int64) {
        #expect(CalendarWindow.month(containing: time) == CalendarWindow(start: start, end: end))
    }

    @Test("Months agree with the C library's calendar over four centuries")
    func monthsAgreeWithLibc() {
        for day in stride(from: Int64(-20_000), to: 130_000, by: 7) {
            let time = day * CalendarWindow.dayLength + 12_345
            var seconds = time_t(day * 86_400)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let start = (day - Int64(parts.tm_mday) + 1) * CalendarWindow.dayLength
            let window = CalendarWindow.month(containing: time)
            #expect(window.start == start)
            #expect(window.contains(time))
            #expect(CalendarWindow.month(containing: window.end - 1) == window)
            #expect(CalendarWindow.month(containing: window.end).start == window.end)
        }
    }

    @Test(
        "Minutes and days begin at whole multiples, before 1970 too",
        arguments: [-90_061_000, -1, 0, 59_999, 86_399_999] as [Int64])
    func minutesAndDays(time: Int64) {
        for (window, length) in [
            (CalendarWindow.minute(containing: time), CalendarWindow.minuteLength),
            (CalendarWindow.day(containing: time), CalendarWindow.dayLength),
        ] {
            #expect(window.start % length == 0)
            #expect(window.end - window.start == length)
            #expect(window.contains(time))
        }
    }
}
