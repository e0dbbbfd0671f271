import GatewayTypes
import Testing

@testable import ClusterState

@Suite struct UsageJournalTests {
    /// Opens what a killed process left and completes it.
    private func recovered(_ directory: TemporaryDirectory) async throws -> Node {
        let node = try await Node(in: directory)
        await node.ledger.recover()
        return node
    }

    @Test("After a crash every admitted request has exactly one row")
    func crash() async throws {
        let node = try await Node(segmentSize: 8 << 10)
        for number in 1...40 {
            let record = opening(number)
            let segment = node.ledger.opened(record)
            if number % 3 == 0 {
                node.ledger.checkpoint(
                    id: record.id, openedIn: segment, UsageProgress(completionTokens: number, cost: USD("0.5")))
            }
            if number % 2 == 0 { node.ledger.settled(finished(record), openedIn: segment) }
            if number == 20 { await node.ledger.flush() }
        }
        let crashed = try await recovered(node.directory.snapshot())
        let rows = try await crashed.rows()
        // The first ten settled rows are in the database of the first node, which the snapshot lacks: their segments may
        // be gone. All others must be here.
        #expect(rows.count >= 30)
        #expect(Set(rows.map(\.id)).count == rows.count)
        for row in rows {
            let number = Int(row.requestID.dropFirst(4))!
            #expect((row.state == .settled) == (number % 2 == 0) || number <= 20)
            if row.state == .abandoned {
                #expect(row.estimated)
                #expect(row.usage.completionTokens == (number % 3 == 0 ? number : 0))
                #expect(row.usage.promptTokens == 10)
                #expect(row.cost == (number % 3 == 0 ? USD("0.5") : nil))
            }
        }
    }

    @Test("Recovering twice, as after a crash while recovering, changes nothing")
    func idempotent() async throws {
        let node = try await Node()
        for number in 1...9 {
            let segment = node.ledger.opened(opening(number))
            if number < 5 { node.ledger.settled(finished(opening(number)), openedIn: segment) }
        }
        let directory = node.directory.snapshot()
        let first = try await recovered(directory)
        let before = try await first.rows()
        #expect(before.count == 9)
        #expect(before.filter { $0.state == .abandoned }.count == 5)
        // The journal as it was before recovery, over the database as it is after.
        let again = node.directory.snapshot()
        let restored = UsageJournalTests.copy(of: again, into: first)
        let journal = try UsageJournal(directory: restored)
        let ledger = try UsageLedger(
            database: first.database, journal: journal, mostInMemory: 100, interval: .seconds(3600))
        #expect(await ledger.recover() == 5)
        #expect(try await first.rows() == before)
        #expect(await ledger.close())
        #expect(again.files(in: restored) == ["lock"])
    }

    private static func copy(of directory: TemporaryDirectory, into node: Node) -> String {
        directory.path + "/journal"
    }

    @Test("A journal cut at any byte gives every record before the cut and nothing else")
    func everyTruncation() async throws {
        let node = try await Node(segmentSize: 8 << 10)
        let payloads = (1...4).map { opening($0).journalBytes }
        for payload in payloads { _ = node.journal.opened(payload) }
        let snapshot = node.directory.snapshot()
        let name = try #require(snapshot.files(in: snapshot.path + "/journal").first { $0.hasSuffix(".journal") })
        let whole = snapshot.read("\(snapshot.path)/journal/\(name)")
        var ends: [Int] = []
        var end = JournalSegment.headerSize
        for payload in payloads {
            end += JournalRecord.size(payload.count)
            ends.append(end)
        }
        for cut in 1...end {
            let directory = TemporaryDirectory()
            try #require(UsageJournalTests.makeJournal(in: directory, name: name, Array(whole[..<cut])))
            let abandoned = try UsageJournal(directory: directory.path + "/journal").recover()
            #expect(abandoned.count == ends.filter { $0 <= cut }.count, "cut at \(cut)")
            // The same, when the file kept its length and the rest reads as zeros.
            let zeroed = TemporaryDirectory()
            let bytes = Array(whole[..<cut]) + [UInt8](repeating: 0, count: whole.count - cut)
            try #require(UsageJournalTests.makeJournal(in: zeroed, name: name, bytes))
            let found = try UsageJournal(directory: zeroed.path + "/journal").recover()
            // Padding and quotes at the very end of a record may be zero anyway.
            #expect(
                found.count >= ends.filter { $0 <= cut }.count && found.count <= ends.filter { $0 <= cut + 8 }.count)
        }
    }

    @Test("A record with a wrong byte ends its segment, and no other")
    func corruption() async throws {
        let node = try await Node(segmentSize: 4 << 10)
        for number in 1...30 { _ = node.journal.opened(opening(number).journalBytes) }
        let snapshot = node.directory.snapshot()
        let names = snapshot.files(in: snapshot.path + "/journal").filter { $0.hasSuffix(".journal") }
        try #require(names.count > 1)
        let size = JournalRecord.size(opening(1).journalBytes.count)
        var bytes = snapshot.read("\(snapshot.path)/journal/\(names[0])")
        bytes[JournalSegment.headerSize + size + 100] ^= 0x20  // in the second record
        snapshot.write(bytes, to: "\(snapshot.path)/journal/\(names[0])")
        let perSegment = (bytes.count - JournalSegment.headerSize) / size
        let journal = try UsageJournal(directory: snapshot.path + "/journal", segmentSize: 4 << 10)
        let rows = journal.recover()
        #expect(rows.count == 30 - (perSegment - 1))
        #expect(rows.first?.requestID == "req-1")
    }

    @Test("Segments roll over and are removed when nothing in them is needed")
    func rolling() async throws {
        let node = try await Node(segmentSize: 8 << 10)
        let long = node.ledger.opened(opening(1))
        for number in 2...100 {
            let record = opening(number)
            node.ledger.settled(finished(record), openedIn: node.ledger.opened(record))
        }
        #expect(node.journal.segmentCount > 10)
        #expect(await node.ledger.flush())
        #expect(node.journal.segmentCount == 2)  // the first, for the open request, and the current one
        node.ledger.settled(finished(opening(1)), openedIn: long)
        #expect(await node.ledger.close())
        #expect(node.directory.files(in: node.directory.path + "/journal") == ["lock"])
        #expect(try await node.rows().count == 100)
    }

    @Test("The file of a segment that is done with becomes another, in which nothing of the old one is found")
    func renewal() async throws {
        let node = try await Node(segmentSize: 4 << 10)
        func files() -> [String] {
            node.directory.files(in: node.directory.path + "/journal").filter { $0.hasSuffix(".journal") }
        }
        for number in 1...60 {
            node.ledger.settled(finished(opening(number)), openedIn: node.ledger.opened(opening(number)))
        }
        #expect(await node.ledger.flush())
        let kept = files()
        #expect(kept.count == 4)  // the current one and three spares
        // Records of the same sizes, so that what stood there before stands where a record is looked for.
        for number in 61...64 { _ = node.ledger.opened(opening(number)) }
        let snapshot = node.directory.snapshot()
        let journal = try UsageJournal(directory: snapshot.path + "/journal", segmentSize: 4 << 10)
        #expect(journal.recover().map(\.requestID) == (61...64).map { "req-\($0)" })
        #expect(journal.spilledSegments() == [try #require(JournalSegment.number(of: kept[0]))])
        for number in 65...80 {
            node.ledger.settled(finished(opening(number)), openedIn: node.ledger.opened(opening(number)))
        }
        #expect(Set(files()).isSuperset(of: kept.suffix(3)))  // no new file was made before those were used
        #expect(await node.ledger.flush())
        #expect(try await node.rows().count == 76)
    }

    @Test("What lies in several renewed segments is read in the order it was written in")
    func orderOfRenewed() async throws {
        let node = try await Node(segmentSize: 4 << 10)
        for number in 1...60 {
            node.ledger.settled(finished(opening(number)), openedIn: node.ledger.opened(opening(number)))
        }
        #expect(await node.ledger.flush())
        var openedIn: [Int: Int?] = [:]
        for number in 61...76 {
            openedIn[number] = node.ledger.opened(opening(number))
            // Most often in another segment than it was opened in.
            if number > 64 {
                node.ledger.settled(finished(opening(number - 4)), openedIn: openedIn[number - 4] ?? nil)
            }
        }
        #expect(Set(openedIn.values).count > 3)
        let snapshot = node.directory.snapshot()
        let journal = try UsageJournal(directory: snapshot.path + "/journal", segmentSize: 4 << 10)
        #expect(journal.recover().map(\.requestID) == (73...76).map { "req-\($0)" })
    }

    @Test("A journal of a release that took a new file for each segment is read")
    func oldSegments() throws {
        let payload = opening(7).journalBytes
        var sum = 0xCBF2_9CE4_8422_2325 ^ (UInt64(JournalRecord.Kind.opened.rawValue) << 32 | UInt64(payload.count))
        let padded = payload + [UInt8](repeating: 0, count: JournalRecord.size(payload.count) - 16 - payload.count)
        padded.withUnsafeBytes { bytes in
            for word in bytes.bindMemory(to: UInt64.self) {
                sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
                sum ^= sum >> 29
            }
        }
        var bytes = Array("SYJRNL01".utf8)
        func add(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        add(UInt64(3))
        add(UInt32(payload.count))
        add(JournalRecord.Kind.opened.rawValue)
        add(sum)
        bytes += padded + [UInt8](repeating: 0, count: 64)
        let directory = TemporaryDirectory()
        try #require(UsageJournalTests.makeJournal(in: directory, name: "000000000003.journal", bytes))
        let journal = try UsageJournal(directory: directory.path + "/journal")
        #expect(journal.recover().map(\.requestID) == ["req-7"])
    }

    @Test("A directory in use by another node is refused")
    func oneOwner() async throws {
        let node = try await Node()
        #expect(throws: JournalError.self) { try UsageJournal(directory: node.directory.path + "/journal") }
    }

    @Test(
        "Files that are no journal are left out",
        arguments: [[], [1], Array("not a journal at all, but long enough".utf8)])
    func foreignFiles(bytes: [UInt8]) throws {
        let directory = TemporaryDirectory()
        try #require(UsageJournalTests.makeJournal(in: directory, name: "000000000007.journal", bytes))
        let journal = try UsageJournal(directory: directory.path + "/journal")
        #expect(journal.recover().isEmpty)
        let (segment, _) = journal.opened(opening().journalBytes)
        #expect(try #require(segment) > 7)
    }

    private static func makeJournal(in directory: TemporaryDirectory, name: String, _ bytes: [UInt8]) -> Bool {
        guard (try? UsageJournal(directory: directory.path + "/journal")) != nil else { return false }
        directory.write(bytes, to: "\(directory.path)/journal/\(name)")
        return true
    }
}
