internal import Crypto
internal import GatewayTypes
public import SQLDatabase

/// What all nodes share, in the database: users, tokens, tiers, providers, routes, settings. Each write leaves one row in
/// the audit log, in the same transaction; by its number every node learns what it must read again.
public struct ControlStore: Sendable {
    public let database: SQLDatabase
    /// Counts up after each write of this process.
    public let changes: CallerChanges
    public let configuredTiers: ConfiguredTiers
    let now: @Sendable () -> Int64
    private var author = ChangeAuthor.system
    private var receipt: ChangeReceipt?

    /// - Parameter now: the wall clock in Unix milliseconds.
    public init(database: SQLDatabase, now: @escaping @Sendable () -> Int64) {
        self.database = database
        self.now = now
        changes = CallerChanges()
        configuredTiers = ConfiguredTiers(changes: changes)
    }

    /// The wall clock in Unix milliseconds.
    public var time: Int64 { now() }

    /// The same store, whose writes are told as `author`'s.
    /// - Parameter receipt: learns the numbers of the changes.
    public func by(_ author: ChangeAuthor, receipt: ChangeReceipt? = nil) -> ControlStore {
        var store = self
        store.author = author
        store.receipt = receipt
        return store
    }

    /// Brings the schema, the ledger's table included, up to this release.
    public func migrate() async throws(ControlStoreError) {
        try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.migrate(Schema.migrations)
        }
    }

    /// A list page: at most `limit` rows and where to go on; `next` is `nil` on the last page.
    public struct Page<Row: Sendable>: Sendable {
        public var rows: [Row]
        public var next: String?
    }

    // MARK: - How everything here talks to the database

    func read<Value: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Value
    ) async throws(ControlStoreError) -> Value {
        try await ControlStoreError.wrapping { () async throws(SQLError) in try await database.read(body) }
    }

    /// Writes, with a row in the audit log, and tells the caches. `body` returns its refusal instead of throwing it, before
    /// it has written anything; it gets the number of the change, which is the version of the row that it writes.
    func write<Value: Sendable>(
        _ body: @Sendable (SQLConnection, _ number: Int) throws(SQLError) -> Result<Written<Value>, ControlStoreError>
    ) async throws(ControlStoreError) -> Value {
        try await attempt { connection, number throws(SQLError) in try body(connection, number) }.get()
    }

    /// As `write`, for refusals of any kind.
    func attempt<Value: Sendable, Refusal: Error>(
        _ body: @Sendable (SQLConnection, _ number: Int) throws(SQLError) -> Result<Written<Value>, Refusal>
    ) async throws(ControlStoreError) -> Result<Value, Refusal> {
        let outcome: Result<(written: Written<Value>, number: Int), Refusal>
        let (author, time) = (author, now())
        do throws(SQLError) {
            outcome = try await database.write { connection throws(SQLError) in
                let number = try ChangeLog.nextNumber(connection)
                let outcome = try body(connection, number)
                if case .success(let written) = outcome {
                    try ChangeLog.append(written.change, number, by: author, at: time, connection)
                }
                return outcome.map { ($0, number) }
            }
        } catch {
            guard case .constraint(.unique, let subject) = error else { throw .unavailable(error) }
            throw .conflict(field: subject.split(separator: ".").last.map(String.init) ?? subject)
        }
        return outcome.map { written, number in
            // Only now: who is told before the commit might read what was before.
            if let subject = written.change.kind.subject(written.change.object) { changes.note(subject) }
            receipt?.note(number)
            return written.value
        }
    }

    static func page<Row>(_ rows: [Row], limit: Int, cursor: (Row) -> String) -> Page<Row> {
        guard rows.count > limit else { return Page(rows: rows, next: nil) }
        return Page(rows: Array(rows.prefix(limit)), next: cursor(rows[limit - 1]))
    }

    static func clamped(_ limit: Int) -> Int { min(max(limit, 1), 1000) }
}
