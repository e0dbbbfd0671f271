internal import EventLoop

/// A database on a thread of its own, for every call into it blocks. Calls run one after another, in order.
///
/// A body names its error, for Swift does not infer one in a closure: `write { connection throws(SQLError) in ... }`.
///
/// Call `close()` when done; the thread ends with the last reference.
public actor SQLDatabase {
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread: BlockingThread
    private var connection: SQLConnection?

    private init(_ thread: BlockingThread) { self.thread = thread }

    deinit { thread.stop() }

    /// Opens the SQLite file at `path`, which is made when it does not exist and gets mode 0600 (WAL, synchronous NORMAL,
    /// foreign keys on). `:memory:` is a database that ends with `close()`.
    /// - Parameter busyTimeout: how long a statement waits for another connection before it throws `busy`.
    /// - Throws: `unavailable`, `corrupt` when the file is no database, `busy`.
    public static func open(
        sqlite path: String, busyTimeout: Duration = .seconds(5)
    ) async throws(SQLError) -> SQLDatabase {
        let thread: BlockingThread
        do throws(EventLoopError) {
            thread = try BlockingThread.start(name: "sql")
        } catch { throw .unavailable("no thread for the database") }
        let database = SQLDatabase(thread)
        try await database.connect(path, busyTimeout)
        return database
    }

    private func connect(_ path: String, _ busyTimeout: Duration) throws(SQLError) {
        connection = try SQLConnection(sqlite: path, busyTimeout: busyTimeout)
    }

    /// Runs `body` on one snapshot of the database. A statement that writes is refused with `misuse`.
    public func read<Result: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Result
    ) throws(SQLError) -> Result {
        try openConnection().read(body)
    }

    /// Runs `body` in one transaction that no other writer can come between. When it throws, nothing of it remains. To
    /// refuse something for a reason of your own, look before you write and return the refusal.
    @discardableResult
    public func write<Result: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Result
    ) throws(SQLError) -> Result {
        try openConnection().write(body)
    }

    /// Brings the schema up to the last of `migrations`. What is recorded is left alone; a migration that fails is rolled
    /// back and those before it stay. Statements that must be outside a transaction (`PRAGMA foreign_keys`) do not work.
    /// - Parameter migrations: all there ever were, numbered from 1.
    /// - Throws: `newerSchema` and `changedMigration` before anything is changed, or what a statement threw.
    public func migrate(_ migrations: [SQLMigration]) throws(SQLError) { try openConnection().migrate(migrations) }

    /// Closes the database; every later call throws `closed`. SQLite moves its log into the file when the last one closes.
    public func close() { connection = nil }

    private func openConnection() throws(SQLError) -> SQLConnection {
        guard let connection else { throw .closed }
        return connection
    }
}
