internal import EventLoop
internal import GatewayTypes
internal import SQLDatabase
internal import Threading

/// Moves settled rows into the database, in batches, and frees the journal behind them. What fails stays and is tried
/// again; rows beyond `mostInMemory` are let go of and read again from the journal.
actor LedgerWriter {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// A class, so that the queue moves pointers and not whole rows while it is locked.
    final class Pending: Sendable {
        let row: UsageRecord
        /// Its attempts as JSON, which the journal needed as well.
        let attempts: String
        let settledIn: Int?
        /// The opening's segment where the settlement could not be written.
        let openedIn: Int?

        init(row: consuming UsageRecord, attempts: String, settledIn: Int?, openedIn: Int?) {
            self.row = row
            self.attempts = attempts
            self.settledIn = settledIn
            self.openedIn = openedIn
        }
    }

    private struct Queue: Sendable {
        var rows: [Pending] = []
        /// Rows in memory: those queued, and those taken from the queue that the database does not have yet.
        var inMemory = 0
        var isScheduled = false
        var hasSpilled = false
    }

    private static let batchSize = 500
    private let thread: BlockingThread
    private let database: SQLDatabase
    private let journal: UsageJournal
    private let mostInMemory: Int
    private let interval: Duration
    private let rejected: RejectedRows
    private let onRejected: @Sendable (_ id: String, SQLError) -> Void
    private let queue = Locked(Queue())
    private var latest: Task<Bool, Never>?
    private var failure: SQLError?
    /// Taken from the queue, in order; `written` of them are written already.
    private var taken: [Pending] = []
    private var written = 0

    init(
        database: SQLDatabase, journal: UsageJournal, mostInMemory: Int, interval: Duration,
        onRejected: @escaping @Sendable (_ id: String, SQLError) -> Void
    ) throws(JournalError) {
        do throws(EventLoopError) {
            thread = try BlockingThread.start(name: "ledger")
        } catch { throw JournalError("no thread for the ledger", 0) }
        self.database = database
        self.journal = journal
        self.mostInMemory = mostInMemory
        self.interval = interval
        rejected = RejectedRows(path: "\(journal.directory)/rejected.jsonl")
        self.onRejected = onRejected
    }

    deinit { thread.stop() }

    // MARK: - On the request's path

    /// Takes a settled row without waiting.
    nonisolated func enqueue(_ pending: Pending) {
        let isFirst = queue.withLock { queue in
            if queue.inMemory >= mostInMemory, let segment = pending.settledIn {
                journal.spill(segment)
                queue.hasSpilled = true
            } else {
                queue.rows.append(pending)
                queue.inMemory += 1
            }
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if isFirst { schedule(after: interval) }
    }

    nonisolated var hasRoom: Bool { queue.withLock { $0.inMemory < mostInMemory } }

    nonisolated func wantSpare() { Task { await prepareSpare() } }

    // MARK: - Behind it

    /// Segments may have become free.
    nonisolated func wantCleaning() { Task { await removeFinished() } }

    private func removeFinished() { journal.removeFinished() }

    private nonisolated func schedule(after delay: Duration) {
        Task { [weak self] in
            try? await Task.sleep(for: delay)
            await self?.runScheduled()
        }
    }

    private func runScheduled() async {
        queue.withLock { $0.isScheduled = false }
        guard await !flush() else { return }
        let isFirst = queue.withLock { queue in
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if isFirst { schedule(after: .seconds(1)) }
    }

    func prepareSpare() { journal.prepareSpare() }

    /// Segments of an earlier process wait to be read.
    nonisolated func noteSpilled() { queue.withLock { $0.hasSpilled = true } }

    /// Writes everything that was settled before the call.
    /// - Returns: false when the database failed; what is left is tried again later.
    @discardableResult
    func flush() async -> Bool {
        let previous = latest
        let run = Task { () -> Bool in
            _ = await previous?.value
            return await self.persist()
        }
        latest = run
        return await run.value
    }

    var status: (waiting: Int, failure: SQLError?, rejected: Int) {
        (queue.withLock { $0.inMemory }, failure, rejected.count)
    }

    /// Runs once at a time: `flush` chains the runs. What is queued meanwhile is for the next run: to run after it would be
    /// many small transactions.
    private func persist() async -> Bool {
        do throws(SQLError) {
            try await persistTaken()  // by a run that failed
            queue.withLock { swap(&$0.rows, &taken) }
            try await persistTaken()
            try await persistSpilled()
            journal.removeFinished()
            failure = nil
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// When it throws, the next run goes on from the batch that failed.
    private func persistTaken() async throws(SQLError) {
        while written < taken.count {
            let batch = taken[written...].prefix(Self.batchSize)
            try await insert(batch)
            journal.persisted(batch.compactMap(\.settledIn), opened: batch.compactMap(\.openedIn))
            written += batch.count
            queue.withLock { $0.inMemory -= batch.count }
        }
        written = 0
        taken = []
    }

    private func persistSpilled() async throws(SQLError) {
        guard queue.withLock({ $0.hasSpilled }) else { return }
        queue.withLock { $0.hasSpilled = false }
        do throws(SQLError) {
            for segment in journal.spilledSegments() {
                let (rows, count) = journal.spilledRows(of: segment)
                try await insert(unjournaled: rows)
                journal.unspilled(segment, count)
            }
        } catch {
            queue.withLock { $0.hasSpilled = true }
            throw error
        }
    }

    /// A row that the database refuses for good must not hold up the others: the batch is halved until it is found.
    private func insert(_ rows: ArraySlice<Pending>) async throws(SQLError) {
        do throws(SQLError) {
            try await database.write { connection throws(SQLError) in try RequestsTable.insert(rows, connection) }
        } catch .constraint(let kind, let subject) {
            if let row = rows.first, rows.count == 1 {
                return try reject(row.row, .constraint(kind, on: subject))
            }
            let middle = rows.startIndex + rows.count / 2
            try await insert(rows[..<middle])
            try await insert(rows[middle...])
        }
    }

    /// Rows that the journal need not let go of. Another node may have settled them, and may be inserting them as well.
    func insert(unjournaled rows: [UsageRecord]) async throws(SQLError) {
        var rest = rows.map { row in
            Pending(row: row, attempts: row.attempts.json, settledIn: nil, openedIn: nil)
        }[...]
        while !rest.isEmpty {
            try await insert(rest.prefix(Self.batchSize))
            rest = rest.dropFirst(Self.batchSize)
        }
    }

    func reject(unreadable: [UInt8], of place: String) -> Bool {
        guard rejected.keep(unreadable: unreadable) else { return false }
        onRejected(place, .misuse("the stream had a row that this release cannot read"))
        return true
    }

    /// Rows that were refused for good since the start.
    nonisolated var rejectedCount: Int { rejected.count }

    private func reject(_ row: UsageRecord, _ error: SQLError) throws(SQLError) {
        guard rejected.keep(row, because: "\(error)") else {
            throw .unavailable("a row that the database refuses could not be written to \(rejected.path)")
        }
        onRejected(row.id, error)
    }
}
