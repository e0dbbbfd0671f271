/// One connection to one sort of database, confined to the thread of its lane.
protocol SQLDriver: AnyObject {
    var dialect: SQLDialect { get }
    /// The integer key that the latest insert was given.
    var lastInsertedID: Int { get }
    /// What went wrong with the connection since `begin`, which decides what may be tried again.
    var trouble: SQLTrouble? { get }

    /// Hands each row to `body`, without keeping them.
    /// - Returns: how many rows the statement inserted, changed or deleted.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws(SQLError) -> Void) throws(SQLError) -> Int

    func begin(_ kind: SQLTransaction) throws(SQLError)
    func commit() throws(SQLError)
    /// Does its best; what cannot be rolled back is dropped with the connection.
    func rollBack()
    /// After a change of the schema.
    func forgetStatements()
    func migrate(_ migrations: [SQLMigration], on connection: SQLConnection) throws(SQLError)
}

enum SQLTransaction: Sendable {
    /// One snapshot; statements that write are refused.
    case read
    /// No other writer comes between.
    case write
}

/// How a transaction was lost through no fault of its own.
enum SQLTrouble: Equatable, Sendable {
    /// The database chose it as the victim of a deadlock, or it waited too long for another one's locks.
    case victim
    /// The connection broke before the commit was sent: nothing of the transaction remains.
    case lost
    /// The connection broke during the commit: nobody here can tell whether it counts.
    case lostInCommit
}
