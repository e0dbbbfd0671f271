/// What `SQLDatabase.read` and `write` hand to their body: statements run here and now, on the database's thread. It is not
/// `Sendable`, so it cannot leave the body.
///
/// A value in a statement is always a `?`. Statements are compiled once and kept by their text, so keep texts constant.
public final class SQLConnection {
    let driver: any SQLDriver

    init(_ driver: any SQLDriver) { self.driver = driver }

    /// The SQL that this database speaks, for the few statements that cannot be written alike for all.
    public var dialect: SQLDialect { driver.dialect }

    /// All rows of the answer.
    public func query(_ sql: String, _ values: [SQLValue]) throws(SQLError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try each(sql, values) { rows.append($0) }
        return rows
    }

    /// All rows of the answer.
    public func query(_ sql: String, _ values: SQLValue...) throws(SQLError) -> [SQLRow] { try query(sql, values) }

    /// Hands each row to `body`, without keeping them. An error of `body` ends the statement.
    public func each(
        _ sql: String, _ values: [SQLValue] = [], _ body: (SQLRow) throws(SQLError) -> Void
    ) throws(SQLError) {
        try driver.run(sql, values, body)
    }

    /// - Returns: how many rows the statement inserted, changed or deleted; 0 for other statements. An update counts the
    ///   rows it found, also those that had the values before.
    @discardableResult
    public func execute(_ sql: String, _ values: [SQLValue]) throws(SQLError) -> Int {
        try driver.run(sql, values) { _ throws(SQLError) in }
    }

    /// - Returns: how many rows the statement inserted, changed or deleted; 0 for other statements.
    @discardableResult
    public func execute(_ sql: String, _ values: SQLValue...) throws(SQLError) -> Int { try execute(sql, values) }

    /// The integer key that the latest insert was given.
    public var lastInsertedID: Int { driver.lastInsertedID }

    /// Runs `body` in one transaction; when it throws, nothing of it remains.
    func transaction<Result>(
        _ kind: SQLTransaction, _ body: (SQLConnection) throws(SQLError) -> Result
    ) throws(SQLError) -> Result {
        try driver.begin(kind)
        do throws(SQLError) {
            let result = try body(self)
            try driver.commit()
            return result
        } catch {
            driver.rollBack()
            throw error
        }
    }
}
