internal import CMySQL
internal import Telemetry

/// A connection to a MySQL or MariaDB server. It does not reconnect: its lane makes a new one.
final class MySQLDriver: SQLDriver {
    /// All connections of a cluster share the server's `max_prepared_stmt_count` (16 382).
    private static let mostStatements = 128
    /// The library must be set up once, before threads use it.
    private static let library: Void = { _ = mysql_server_init(0, nil, nil) }()

    let settings: MySQLSettings
    private let handle: UnsafeMutablePointer<MYSQL>
    private var statements: [String: MySQLStatement] = [:]
    private var isCommitting = false
    private(set) var trouble: SQLTrouble?
    private(set) var lastInsertedID = 0

    var dialect: SQLDialect { .mysql }

    /// Connects and sets the session up.
    /// - Parameter timeout: how long an answer may take, where it is not what the settings say.
    init(_ settings: MySQLSettings, timeout: Duration? = nil) throws(SQLError) {
        Self.library
        guard let handle = mysql_init(nil) else { throw .outOfMemory }
        self.settings = settings
        self.handle = handle
        let seconds = UInt32((timeout ?? settings.timeout).components.seconds)
        sy_set_safe_defaults(handle)
        sy_set_timeouts(handle, UInt32(settings.connectTimeout.components.seconds), max(1, seconds))
        sy_set_tls(handle, settings.tls.mode, settings.authorities)
        let connected = mysql_real_connect(
            handle, settings.host, settings.user, settings.password.reveal(), settings.database,
            UInt32(settings.port), nil, 0)
        guard connected != nil else { throw noted(MySQLFailure(of: handle), "") }
        switch settings.tls {
        case .disabled, .preferred: break
        case .required, .verifyIdentity:
            guard sy_has_tls(handle) != 0 else { throw .denied("TLS is required, and the server offers none") }
        }
        for command in Self.session { try send(command) }
    }

    deinit {
        statements = [:]
        mysql_close(handle)  // frees the handle too, also after a failed connect
    }

    /// Text compares byte for byte in the tables (their collation); the session must not bend or cut values.
    private static let session = [
        "SET NAMES utf8mb4",
        """
        SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
        NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = 3, autocommit = 1
        """,
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    ]

    // MARK: - Statements

    func run(_ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws(SQLError) -> Void) throws(SQLError) -> Int {
        var mayPrepareAgain = true
        while true {
            do throws(MySQLFailure) {
                return try runOnce(sql, values, body)
            } catch {
                // The table has changed since, or somebody keeps too many statements.
                guard mayPrepareAgain, error.asksToPrepareAgain else { throw noted(error, sql) }
                mayPrepareAgain = false
                forgetStatements()
            }
        }
    }

    private func runOnce(
        _ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws(SQLError) -> Void
    ) throws(MySQLFailure) -> Int {
        let statement = try statement(sql)
        try statement.run(values, body)
        guard !statement.returnsRows else { return 0 }
        if statement.insertedID != 0 { lastInsertedID = statement.insertedID }
        return foundRows ?? statement.affectedRows
    }

    /// `Rows matched: 3  Changed: 1  Warnings: 0`: an update counts what it found, as everywhere else.
    private var foundRows: Int? {
        guard let info = mysql_info(handle) else { return nil }
        let text = String(cString: info)
        guard text.hasPrefix("Rows matched: ") else { return nil }
        return Int(text.dropFirst(14).prefix { $0.isNumber })
    }

    private func statement(_ sql: String) throws(MySQLFailure) -> MySQLStatement {
        if let known = statements[sql] {
            return known.isRunning ? try MySQLStatement(sql, on: handle) : known
        }
        if statements.count == Self.mostStatements { forgetStatements() }
        let statement = try MySQLStatement(sql, on: handle)
        statements[sql] = statement
        return statement
    }

    func forgetStatements() { statements.removeAll(keepingCapacity: true) }

    // MARK: - Transactions

    /// A read is one snapshot. A write is serializable: what it has read cannot be changed by others before it commits.
    func begin(_ kind: SQLTransaction) throws(SQLError) {
        trouble = nil
        switch kind {
        case .read: try send("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        case .write:
            try send("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            try send("START TRANSACTION")
        }
    }

    func commit() throws(SQLError) {
        isCommitting = true
        defer { isCommitting = false }
        try send("COMMIT")
    }

    func rollBack() {
        guard trouble != .lost, trouble != .lostInCommit else { return }
        let before = trouble
        try? send("ROLLBACK")
        if trouble == nil { trouble = before }
    }

    /// Commands that cannot be prepared.
    private func send(_ sql: String) throws(SQLError) {
        var sql = sql
        let status = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { mysql_real_query(handle, $0.baseAddress, UInt($0.count)) }
        }
        if status != 0 { throw noted(MySQLFailure(of: handle), sql) }
    }

    private func noted(_ failure: MySQLFailure, _ sql: String) -> SQLError {
        switch failure {
        case .own(let error): return error
        case .reported(let number, let message):
            let error = SQLError(mysql: number, message, sql: sql)
            if error == .busy { trouble = .victim }
            if SQLError.isOfConnection(number) { trouble = isCommitting ? .lostInCommit : .lost }
            return error
        }
    }
}

extension MySQLSettings.TLS {
    fileprivate var mode: Int32 {
        switch self {
        case .disabled: Int32(SY_TLS_OFF)
        case .preferred: Int32(SY_TLS_PREFERRED)
        case .required: Int32(SY_TLS_REQUIRED)
        case .verifyIdentity: Int32(SY_TLS_VERIFIED)
        }
    }
}
