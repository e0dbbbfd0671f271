internal import EventLoop
internal import Glibc
internal import Threading

/// One connection on a thread of its own, for every call into a database blocks. A lost connection is made anew by the next
/// call.
actor SQLLane {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread: BlockingThread
    private let connect: @Sendable () throws(SQLError) -> any SQLDriver
    private let gate: Locked<OutageGate>
    private let onOutage: @Sendable () -> Void
    private var connection: SQLConnection?
    private var isClosed = false

    /// - Parameters:
    ///   - gate: shared by all lanes of a server.
    ///   - onOutage: called when the first lane finds the server gone.
    init(
        gate: Locked<OutageGate>, connect: @escaping @Sendable () throws(SQLError) -> any SQLDriver,
        onOutage: @escaping @Sendable () -> Void
    ) throws(SQLError) {
        do throws(EventLoopError) {
            thread = try BlockingThread.start(name: "sql")
        } catch { throw .unavailable("no thread for the database") }
        self.connect = connect
        self.gate = gate
        self.onOutage = onOutage
    }

    deinit { thread.stop() }

    func run<Result: Sendable>(
        _ kind: SQLTransaction, _ body: @Sendable (SQLConnection) throws(SQLError) -> Result
    ) throws(SQLError) -> Result {
        var attempt = 1
        while true {
            if let reason = gate.withLock({ $0.reason }) { throw .unavailable(reason) }
            let start = ContinuousClock.now
            let connection = try openConnection()
            do throws(SQLError) {
                return try connection.transaction(kind, body)
            } catch {
                let trouble = connection.driver.trouble
                if trouble == .lost || trouble == .lostInCommit { self.connection = nil }
                let verdict = SQLRetry.decide(
                    trouble, attempt: attempt, took: .now - start, chance: Double.random(in: 0...1))
                guard case .again(let pause) = verdict else {
                    // One question that took too long is no outage: a new connection tells.
                    if trouble == .lost || trouble == .lostInCommit { _ = try? openConnection() }
                    throw error
                }
                usleep(UInt32(pause / .microseconds(1)))  // this thread serves nobody else
                attempt += 1
            }
        }
    }

    func migrate(_ migrations: [SQLMigration]) throws(SQLError) {
        let connection = try openConnection()
        try connection.driver.migrate(migrations, on: connection)
    }

    /// After another lane has changed the schema.
    func forgetStatements() { connection?.driver.forgetStatements() }

    /// Connects if need be, also during an outage.
    func probe() throws(SQLError) {
        connection = nil
        _ = try openConnection()
        gate.withLock { $0.answered() }
    }

    func close() {
        isClosed = true
        connection = nil
    }

    private func openConnection() throws(SQLError) -> SQLConnection {
        guard !isClosed else { throw .closed }
        if let connection { return connection }
        do throws(SQLError) {
            let made = SQLConnection(try connect())
            connection = made
            return made
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ error: SQLError) {
        guard case .unavailable(let reason) = error, gate.withLock({ $0.failed(reason) }) else { return }
        onOutage()
    }
}
