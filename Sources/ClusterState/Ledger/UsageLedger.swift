internal import GatewayTypes
public import SQLDatabase
internal import Synchronization
internal import Threading

/// Exactly one row for each admitted request, whatever happens: opened and settled in the journal, moved to the database
/// behind the requests' backs, completed after a crash by the next process.
public final class UsageLedger: Sendable {
    let database: SQLDatabase
    let journal: UsageJournal
    let writer: LedgerWriter
    let streamed = Locked(StreamedRows())
    private let recovered = Atomic<Bool>(false)

    /// Opens the journal in `directory`. The database must have been migrated (`ControlStore`).
    /// - Parameters:
    ///   - mostInMemory: settled rows kept while the database does not take them; the rest waits in the journal.
    ///   - interval: how long settled rows are collected before they are written.
    ///   - onRejected: told of each row that the database refuses for good; it is in `rejected.jsonl` beside the journal.
    /// - Throws: when the directory cannot be used, or another process uses it.
    public convenience init(
        database: SQLDatabase, directory: String, mostInMemory: Int = 20_000, interval: Duration = .milliseconds(250),
        onRejected: @escaping @Sendable (_ id: String, SQLError) -> Void = { _, _ in }
    ) throws(JournalError) {
        let journal = try UsageJournal(directory: directory)
        try self.init(
            database: database, journal: journal, mostInMemory: mostInMemory, interval: interval,
            onRejected: onRejected)
    }

    init(
        database: SQLDatabase, journal: UsageJournal, mostInMemory: Int, interval: Duration,
        onRejected: @escaping @Sendable (_ id: String, SQLError) -> Void = { _, _ in }
    ) throws(JournalError) {
        self.database = database
        self.journal = journal
        writer = try LedgerWriter(
            database: database, journal: journal, mostInMemory: mostInMemory, interval: interval,
            onRejected: onRejected)
    }

    /// Completes what an earlier process left: settled rows reach the database, and a request it never settled gets its
    /// row as abandoned. Call once, before the first request.
    /// - Returns: how many requests were found abandoned.
    @discardableResult
    public func recover() async -> Int {
        let abandoned = journal.recover()
        if !abandoned.isEmpty || !journal.spilledSegments().isEmpty { recovered.store(true, ordering: .relaxed) }
        await writer.prepareSpare()
        for row in abandoned { settled(row, identity: row.journalIdentity, openedIn: nil) }
        writer.noteSpilled()
        await writer.flush()
        return abandoned.count
    }

    /// Whether the journal had rows of an earlier process that the database may not have had.
    var hasRecovered: Bool { recovered.load(ordering: .relaxed) }

    /// What rows say that requests have cost; of those without a row, nothing.
    func spent(by ids: [String]) async throws(SQLError) -> [String: Reservation] {
        guard !ids.isEmpty else { return [:] }
        return try await database.read { connection throws(SQLError) in
            var spent: [String: Reservation] = [:]
            for id in ids {
                let sql = "SELECT prompt_tokens, completion_tokens, cost FROM requests WHERE id = ?"
                guard let row = try connection.query(sql, .text(id)).first else { continue }
                let usage = Usage(
                    promptTokens: try row.int("prompt_tokens"), completionTokens: try row.int("completion_tokens"))
                let cost = try row.optionalInt("cost").map { USD(picodollars: Int64($0)) }
                spent[id] = Reservation(tokens: usage.totalTokens, cost: cost)
            }
            return spent
        }
    }

    /// Writes everything that was settled before the call.
    /// - Returns: false when the database failed; the rows are kept and tried again.
    @discardableResult
    public func flush() async -> Bool { await writer.flush() }

    /// Flushes and lets go of the journal. Call when the last request is settled.
    @discardableResult
    public func close() async -> Bool {
        let isWritten = await writer.flush()
        journal.finish()
        return isWritten
    }

    /// Rows that wait in memory for the database, why it last failed, and how many it has refused for good since the start.
    public func status() async -> (waiting: Int, failure: SQLError?, rejected: Int) { await writer.status }

    /// Rows that were refused for good since the start: by the database, or because nobody could read them.
    public var rejectedCount: Int { writer.rejectedCount }

    // MARK: - On the request's path

    /// - Returns: the journal's segment; `nil` when the journal cannot be written.
    func opened(_ record: UsageRecord, identity: [UInt8]) -> Int? { opened(record.journalBytes(identity: identity)) }

    /// - Parameter row: the opening's `journalBytes`.
    func opened(_ row: [UInt8]) -> Int? {
        let (segment, wantsSpare) = journal.opened(row)
        if wantsSpare { writer.wantSpare() }
        return segment
    }

    func checkpoint(id: String, openedIn: Int?, _ progress: UsageProgress) {
        if openedIn != nil { journal.checkpoint(progress.journalBytes(of: id)) }
    }

    /// - Parameter identity: the record's `journalIdentity`.
    func settled(_ record: consuming UsageRecord, identity: [UInt8], openedIn: Int?) {
        let attempts = record.attempts.json
        let row = record.journalBytes(identity: identity, attempts: attempts)
        enqueue(written(record, row: row, attempts: attempts, openedIn: openedIn))
    }

    /// Writes the journal's record of an end. The row must then go to the database, by `enqueue`.
    /// - Parameters:
    ///   - row: the record's `journalBytes`.
    ///   - attempts: its attempts as JSON.
    func written(
        _ record: consuming UsageRecord, row: [UInt8], attempts: String, openedIn: Int?
    ) -> LedgerWriter.Pending {
        let settledIn = journal.settled(row, openedIn: openedIn)
        return LedgerWriter.Pending(
            row: record, attempts: attempts, settledIn: settledIn, openedIn: settledIn == nil ? openedIn : nil)
    }

    func enqueue(_ row: LedgerWriter.Pending) { writer.enqueue(row) }

    /// Whether a row that the journal cannot take may be kept in memory.
    var hasRoomInMemory: Bool { writer.hasRoom }
}
