import Glibc
import Testing

@testable import WireFormats

/// `SWITCHYARD_WRITE_RECORDED=1 swift test --filter RecordedTrafficTests` writes the page anew.
@Suite(
    "Recorded traffic through every front",
    .enabled(if: UpstreamRecordings.isPresent, "no recorded traffic: set SWITCHYARD_CORPUS to its folder"))
struct RecordedTrafficTests {
    private static let traffic = RecordedTraffic.result

    @Test("Every miss has a reason")
    func misses() {
        for miss in Self.traffic.misses where RecordedReasons.reason(miss) == nil {
            Issue.record("\(miss.file), \(miss.column): \(miss.fault)")
        }
    }

    @Test("No figure is below the page's")
    func figures() {
        let text = RecordedPage.text(of: Self.traffic) { RecordedReasons.reason($0) ?? "none" }
        if getenv("SWITCHYARD_WRITE_RECORDED") != nil { ProjectFile.write(text, to: RecordedPage.path) }
        let now = RecordedPage(text).figures
        let before = RecordedPage(String(decoding: ProjectFile.read(RecordedPage.path), as: UTF8.self)).figures
        #expect(before.count > 20 && before["all"] != nil)
        for (provider, columns) in before {
            for (column, count) in columns {
                let today = now[provider]?[column] ?? RecordedTraffic.Count()
                #expect(
                    today.passed >= count.passed && today.total - today.passed <= count.total - count.passed,
                    "\(provider), \(column): \(today.passed)/\(today.total), not \(count.passed)/\(count.total)")
            }
        }
    }

    @Test("Every exchange is counted, and every front has hundreds of answers")
    func totals() {
        let counted = Set(UpstreamRecordings.everything.map(\.file)).count
        #expect(Self.traffic.exchanges.values.reduce(0, +) == counted)
        let all = RecordedTraffic.columns.map { column in
            (column, Self.traffic.counts.values.compactMap { $0[column]?.total }.reduce(0, +))
        }
        for (column, total) in all where column.hasSuffix("whole") || column.hasSuffix("stream") {
            #expect(total > 300, "\(column)")
        }
    }
}
