import Testing

@testable import ClusterState

@Suite struct StreamedRowsTests {
    private func entry(_ place: String, shard: Int = 1, life: String = "l") -> StreamedRows.Entry {
        StreamedRows.Entry(shard: shard, place: StreamPlace(place)!, life: life)
    }

    @Test("A place is later when its time is, or with the same time its number")
    func places() {
        #expect(StreamPlace("9-5")! < StreamPlace("10-1")!)
        #expect(StreamPlace("10-2")! < StreamPlace("10-10")!)
        #expect(StreamPlace("10-9")!.next == "10-10")
        #expect(StreamPlace("18446744073709551615-0")! > StreamPlace("18446744073709551614-9")!)
        for text in [
            "", "5", "5-", "-5", "5-a", "1-2-3", "5 -1", "+5-1", "18446744073709551616-0", "99999999999999999999-0",
        ] { #expect(StreamPlace(text) == nil, "\(text)") }
    }

    @Test("A segment's rows are written when the last of them is, in every shard")
    func written() {
        var rows = StreamedRows()
        rows.add(entry("5-1"), settledIn: 7)
        rows.add(entry("9-1"), settledIn: 7)
        rows.add(entry("8-0"), settledIn: 8)
        rows.add(entry("1-0", shard: 2), settledIn: 7)
        #expect(rows.moved(1, upTo: StreamPlace("8-5"), life: "l").written == [8: 1])
        #expect(rows.moved(1, upTo: StreamPlace("9-1"), life: "l").written == [7: 2])
        #expect(rows.moved(1, upTo: StreamPlace("99-1"), life: "l").written.isEmpty)
        #expect(rows.removeAll() == [7: 1])
    }

    @Test("Rows of another life of Redis's memory are in doubt, however far it has come")
    func anotherLife() {
        var rows = StreamedRows()
        rows.add(entry("5-1"), settledIn: 7)
        rows.add(entry("5-2"), settledIn: 7)
        rows.add(entry("6-0", life: "m"), settledIn: 7)
        let (written, doubtful) = rows.moved(1, upTo: StreamPlace("9-9"), life: "m")
        #expect(written == [7: 1] && doubtful == [7: 2])
        rows.add(entry("7-0"), settledIn: 3)
        #expect(rows.moved(1, upTo: nil, life: nil).doubtful == [3: 1])
        #expect(rows.isEmpty)
    }

    @Test("Without Redis all are in doubt")
    func away() {
        var rows = StreamedRows()
        for number in 0..<10 { rows.add(entry("5-\(number)", shard: number % 3), settledIn: number % 2) }
        #expect(rows.removeAll() == [0: 5, 1: 5])
        #expect(rows.isEmpty)
    }
}
