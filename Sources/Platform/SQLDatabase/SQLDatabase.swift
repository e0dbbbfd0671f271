internal import Threading

/// A database: SQLite, one connection, calls one after another in order; or MySQL, a pool of connections. Calls run on
/// threads of their own.
///
/// A body names its error, for Swift does not infer one in a closure: `write { connection throws(SQLError) in ... }`. Under
/// MySQL a body may run again from its beginning, when its transaction was the victim of a deadlock or its connection was
/// lost before the commit: it must do nothing but talk to the database.
///
/// Call `close()` when done; the threads end with the last reference.
public final class SQLDatabase: Sendable {
    public let dialect: SQLDialect
    private let pool: SQLPool
    /// Besides the pool under MySQL, so that nobody waits behind it; SQLite has one lane for all.
    private let patientLane: SQLLane
    private let gate: Locked<OutageGate>
    /// How long an answer to `patientWrite` may take.
    private static let patience = Duration.seconds(600)

    private init(_ dialect: SQLDialect, _ pool: SQLPool, patient: SQLLane, _ gate: Locked<OutageGate>) {
        self.dialect = dialect
        self.pool = pool
        self.patientLane = patient
        self.gate = gate
    }

    /// Opens the SQLite file at `path`, which is made when it does not exist and gets mode 0600 (WAL, synchronous NORMAL,
    /// foreign keys on). `:memory:` is a database that ends with `close()`.
    /// - Parameter busyTimeout: how long a statement waits for another connection before it throws `busy`.
    /// - Throws: `unavailable`, `corrupt` when the file is no database, `busy`.
    public static func open(
        sqlite path: String, busyTimeout: Duration = .seconds(5)
    ) async throws(SQLError) -> SQLDatabase {
        // A file is there or not; each call finds out for itself.
        let gate = Locked(OutageGate())
        let lane = try SQLLane(gate: gate) { () throws(SQLError) in
            try SQLiteDriver(path: path, busyTimeout: busyTimeout)
        } onOutage: {
            gate.withLock { $0.answered() }
        }
        try await lane.probe()
        return SQLDatabase(.sqlite, SQLPool([lane], bounds: SQLPool.Bounds()), patient: lane, gate)
    }

    /// Connects to a MySQL or MariaDB server. When it is lost later, calls throw `unavailable`, at once after the first, and
    /// a probe looks for it four times a second.
    /// - Throws: `denied`, `unavailable`.
    public static func open(mysql settings: MySQLSettings) async throws(SQLError) -> SQLDatabase {
        let gate = Locked(OutageGate())
        let prober = Locked<SQLLane?>(nil)
        func lane(_ timeout: Duration? = nil) throws(SQLError) -> SQLLane {
            try SQLLane(gate: gate) { () throws(SQLError) in
                try MySQLDriver(settings, timeout: timeout)
            } onOutage: {
                if let lane = prober.withLock({ $0 }) { Task { await Self.probe(lane) } }
            }
        }
        var lanes: [SQLLane] = []
        for _ in 0..<settings.pool { lanes.append(try lane()) }
        try await lanes[0].probe()
        // Only from here on: a server that is not there at the start is the caller's affair.
        prober.withLock { $0 = lanes[0] }
        let bounds = SQLPool.Bounds(mostWaiting: 1024, patience: settings.timeout)
        return SQLDatabase(.mysql, SQLPool(lanes, bounds: bounds), patient: try lane(Self.patience), gate)
    }

    private static func probe(_ lane: SQLLane) async {
        while true {
            try? await Task.sleep(for: .milliseconds(250))
            do throws(SQLError) {
                return try await lane.probe()
            } catch {
                if error == .closed { return }
            }
        }
    }

    /// Runs `body` on one snapshot of the database. A statement that writes is refused with `misuse`.
    public func read<Result: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Result
    ) async throws(SQLError) -> Result {
        let lane = try await freeLane()
        defer { pool.giveBack(lane) }
        return try await lane.run(.read, body)
    }

    /// Runs `body` in one transaction that no other writer can come between. When it throws, nothing of it remains (but for
    /// a connection that is lost during the commit itself: `unavailable`, and either is possible). To refuse something for
    /// a reason of your own, look before you write and return the refusal.
    @discardableResult
    public func write<Result: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Result
    ) async throws(SQLError) -> Result {
        let lane = try await freeLane()
        defer { pool.giveBack(lane) }
        return try await lane.run(.write, body)
    }

    /// As `write`, for work in the background that may take minutes. Under MySQL it has a connection of its own, made by the
    /// first call, so that callers need not wait behind it.
    @discardableResult
    public func patientWrite<Result: Sendable>(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Result
    ) async throws(SQLError) -> Result {
        try await patientLane.run(.write, body)
    }

    private func freeLane() async throws(SQLError) -> SQLLane {
        if let reason = outage { throw .unavailable(reason) }
        return try await pool.take()
    }

    /// Why the server cannot be used now; `nil` while it answers.
    public var outage: String? { gate.withLock { $0.reason } }

    /// Brings the schema up to the last of `migrations`; any number of processes may do so at once. What is recorded is left
    /// alone; a migration that fails is rolled back (MySQL: goes on from the statement that failed at the next call) and
    /// those before it stay. Statements that must be outside a transaction (`PRAGMA foreign_keys`) do not work.
    /// - Parameter migrations: all there ever were, numbered from 1.
    /// - Throws: `newerSchema` and `changedMigration` before anything is changed, or what a statement threw.
    public func migrate(_ migrations: [SQLMigration]) async throws(SQLError) {
        try await pool.lanes[0].migrate(migrations)
        for lane in pool.lanes { await lane.forgetStatements() }
    }

    /// Closes the database; every later call throws `closed`. SQLite moves its log into the file when the last one closes.
    public func close() async {
        await pool.close()
        // Nobody waits for its minutes: the server undoes what is not committed.
        Task { await patientLane.close() }
    }
}
