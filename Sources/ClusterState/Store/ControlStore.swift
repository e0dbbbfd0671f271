internal import Crypto
internal import GatewayTypes
public import SQLDatabase

/// Users, tokens and tiers in the database. Each write also counts up a version, by which every cache, in this process and
/// in others on the same database, learns that it must ask again.
public struct ControlStore: Sendable {
    public let database: SQLDatabase
    /// Counts up after each write of this process.
    public let changes: CallerChanges
    public let configuredTiers: ConfiguredTiers
    let now: @Sendable () -> Int64

    /// - Parameter now: the wall clock in Unix milliseconds.
    public init(database: SQLDatabase, now: @escaping @Sendable () -> Int64) {
        self.database = database
        self.now = now
        changes = CallerChanges()
        configuredTiers = ConfiguredTiers(changes: changes)
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

    /// Writes and tells the caches. `body` returns its refusal instead of throwing it, before it has written anything.
    func write<Value: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Result<Value, ControlStoreError>
    ) async throws(ControlStoreError) -> Value {
        let outcome: Result<Value, ControlStoreError>
        do throws(SQLError) {
            outcome = try await database.write { connection throws(SQLError) in
                let outcome = try body(connection)
                if case .success = outcome { try CallerVersion.countUp(connection) }
                return outcome
            }
        } catch {
            guard case .constraint(.unique, let subject) = error else { throw .unavailable(error) }
            throw .conflict(field: subject.split(separator: ".").last.map(String.init) ?? subject)
        }
        // Only now: who is told before the commit might read what was before.
        changes.note()
        return try outcome.get()
    }

    static func page<Row>(_ rows: [Row], limit: Int, cursor: (Row) -> String) -> Page<Row> {
        guard rows.count > limit else { return Page(rows: rows, next: nil) }
        return Page(rows: Array(rows.prefix(limit)), next: cursor(rows[limit - 1]))
    }

    static func clamped(_ limit: Int) -> Int { min(max(limit, 1), 1000) }
}
