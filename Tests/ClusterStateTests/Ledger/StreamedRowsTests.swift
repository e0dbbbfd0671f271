import Testing

@testable import ClusterState

@Suite struct StreamedRowsTests {
    @Test("A place is later when its time is, or with the same time its number")
    func places() {
        #expect(StreamPlace("9-5")! < StreamPlace("10-1")!)
        #expect(StreamPlace("10-2")! < StreamPlace("10-10")!)
        #expect(StreamPlace("18446744073709551615-0")! > StreamPlace("18446744073709551614-9")!)
        for text in [
            "", "5", "5-", "-5", "5-a", "1-2-3", "5 -1", "+5-1", "18446744073709551616-0", "99999999999999999999-0",
        ] { #expect(StreamPlace(text) == nil, "\(text)") }
    }

    @Test("What was taken is there once more when it is put back, and nothing of it otherwise")
    func putBack() {
        var rows = StreamedRows()
        for number in 0..<10 { rows.add(Array("5-\(number)".utf8), in: number % 3) }
        #expect(rows.count == 10)
        let taken = rows.takeAll()
        #expect(rows.isEmpty && rows.takeAll().places.isEmpty)
        #expect(taken.places[1]?.map { String(decoding: $0, as: UTF8.self) } == ["5-1", "5-4", "5-7"])
        rows.putBack(taken)
        #expect(rows.count == 10 && rows.takeAll() == taken)
    }

    @Test("What was taken before all was forgotten is forgotten as well")
    func forget() {
        var rows = StreamedRows()
        rows.add([1], in: 1)
        let taken = rows.takeAll()
        #expect(rows.isCurrent(taken))
        rows.add([2], in: 1)
        rows.forget()
        #expect(!rows.isCurrent(taken))
        rows.putBack(taken)
        #expect(rows.isEmpty)
    }

    @Test("Beyond a bound rows are left to those who move what nobody takes out")
    func bound() {
        var rows = StreamedRows()
        for number in 0...StreamedRows.most { rows.add([1], in: number % 16) }
        #expect(rows.count == StreamedRows.most)
        #expect(rows.takeAll().places.values.reduce(0) { $0 + $1.count } == StreamedRows.most)
    }
}
