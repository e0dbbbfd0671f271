public import SQLDatabase
internal import Threading

/// The databases that a rule must hold for: an argument of the tests.
public enum TestDatabase: CaseIterable, Sendable {
    case sqlite, mysql

    /// The one that a test with the trait `onBothDatabases` runs on now.
    @TaskLocal public static var current = TestDatabase.sqlite

    /// An empty database of its own.
    public func open() async throws -> SQLDatabase {
        switch self {
        case .sqlite: try await SQLDatabase.open(sqlite: ":memory:")
        case .mysql: try await SQLDatabase.open(mysql: Self.freshMySQL())
        }
    }

    /// Settings of a new, empty database on the shared server.
    public static func freshMySQL(on server: MariaDBServer = .shared) async throws -> MySQLSettings {
        let name = "test_\(nextNumber())"
        let spare = try await SQLDatabase.open(mysql: server.settings())
        try await spare.write { connection throws(SQLError) in try connection.execute("CREATE DATABASE \(name)") }
        await spare.close()
        return server.settings(database: name)
    }

    private static let latest = Locked(0)

    private static func nextNumber() -> Int {
        latest.withLock { number in
            number += 1
            return number
        }
    }
}
