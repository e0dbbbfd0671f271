internal import CSQLite
internal import Glibc

/// A connection to a SQLite file.
final class SQLiteDriver: SQLDriver {
    private static let mostStatements = 256

    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]
    private var latest: (sql: String, statement: SQLiteStatement)?
    private var refusesWrites = false

    var dialect: SQLDialect { .sqlite }
    var lastInsertedID: Int { Int(sqlite3_last_insert_rowid(handle)) }
    /// `busy` comes after the busy timeout: that was the second try.
    var trouble: SQLTrouble? { nil }

    /// Opens, or makes with mode 0600, the database at `path` and sets it up.
    init(path: String, busyTimeout: Duration) throws(SQLError) {
        if path != ":memory:" { try Self.makePrivate(path) }
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let error = SQLError(sqlite: code, of: handle)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, Int32(clamping: Int(busyTimeout / .milliseconds(1))))
        // In WAL mode NORMAL loses nothing when the process dies, and at most the last commits when the machine does.
        try switchToWAL(within: busyTimeout)
        for pragma in ["synchronous = NORMAL", "foreign_keys = ON", "trusted_schema = OFF"] {
            try execute("PRAGMA \(pragma)")
        }
    }

    /// Of two connections that switch a new file at once, SQLite tells one at once that it is busy, whatever the timeout.
    private func switchToWAL(within limit: Duration) throws(SQLError) {
        let end = ContinuousClock.now + limit
        while true {
            do throws(SQLError) {
                try execute("PRAGMA journal_mode = WAL")
                return
            } catch {
                guard error == .busy, ContinuousClock.now < end else { throw error }
                usleep(1000)
            }
        }
    }

    deinit {
        statements = [:]
        latest = nil
        sqlite3_close_v2(handle)  // waits for statements that are still referenced
    }

    /// The log and index files beside the database take their mode from it.
    private static func makePrivate(_ path: String) throws(SQLError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno == EEXIST {
            // By name: closing a descriptor of the file would drop the locks of this process's other connections.
            _ = chmod(path, 0o600)
        } else {
            throw .unavailable("cannot make \(path): \(String(cString: strerror(errno)))")
        }
    }

    // MARK: - Statements

    func run(_ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws(SQLError) -> Void) throws(SQLError) -> Int {
        let statement = try statement(sql)
        guard statement.isReadOnly || !refusesWrites else { throw .misuse("a write in a read: \(sql)") }
        let before = sqlite3_total_changes64(handle)
        try statement.run(values, body)
        // What triggers and foreign keys changed along with it is not counted here.
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    private func execute(_ sql: String) throws(SQLError) { _ = try run(sql, []) { _ throws(SQLError) in } }

    private func statement(_ sql: String) throws(SQLError) -> SQLiteStatement {
        // A batch repeats one text: comparing it with itself is a comparison of addresses, hashing it is not.
        if let latest, latest.sql == sql, !latest.statement.isRunning { return latest.statement }
        if let known = statements[sql] {
            if known.isRunning { return try SQLiteStatement(sql, on: handle) }
            latest = (sql, known)
            return known
        }
        if statements.count == Self.mostStatements { forgetStatements() }
        let statement = try SQLiteStatement(sql, on: handle)
        statements[sql] = statement
        latest = (sql, statement)
        return statement
    }

    /// After a change of the schema, or when there are too many.
    func forgetStatements() {
        statements.removeAll(keepingCapacity: true)
        latest = nil
    }

    // MARK: - Transactions

    /// A write is the only writer from the start: a transaction that reads first and wants to write later can fail with
    /// `busy` half way, whatever the timeout.
    func begin(_ kind: SQLTransaction) throws(SQLError) {
        switch kind {
        case .read:
            try execute("BEGIN DEFERRED")
            refusesWrites = true
        case .write: try execute("BEGIN IMMEDIATE")
        }
    }

    func commit() throws(SQLError) {
        refusesWrites = false
        try execute("COMMIT")
    }

    func rollBack() {
        refusesWrites = false
        // A full disk and some other errors have rolled back already.
        if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
    }
}
