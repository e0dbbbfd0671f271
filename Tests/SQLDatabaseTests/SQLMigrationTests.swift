import TestServers
import Testing

@testable import SQLDatabase

@Suite("Migrations", .timeLimit(.minutes(5)))
struct SQLMigrationTests {
    private static let first = SQLMigration(1, "users", "CREATE TABLE users (id VARCHAR(36) PRIMARY KEY)")
    private static let second = SQLMigration(
        2, "names", "ALTER TABLE users ADD COLUMN name VARCHAR(64)", "CREATE INDEX users_name ON users (name)")
    private static let broken = SQLMigration(
        3, "broken", "CREATE TABLE half (id INTEGER)", "INSERT INTO nowhere VALUES (1)")

    private func numbers(_ database: SQLDatabase) async throws -> [Int] {
        let rows = try await database.read { connection throws(SQLError) in
            try connection.query("SELECT number FROM schema_migrations ORDER BY number")
        }
        return try rows.map { try $0.int("number") }
    }

    @Test("A fresh database gets all, and a second time changes nothing", arguments: TestDatabase.allCases)
    func fresh(kind: TestDatabase) async throws {
        let database = try await kind.open()
        try await database.migrate([Self.first, Self.second])
        #expect(try await numbers(database) == [1, 2])
        try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO users (id, name) VALUES (?, ?)", "1", "ada")
        }
        try await database.migrate([Self.first, Self.second])
        #expect(try await numbers(database) == [1, 2])
    }

    @Test(
        "An older database gets what it lacks, and known statements see the new columns",
        arguments: TestDatabase.allCases)
    func older(kind: TestDatabase) async throws {
        let database = try await kind.open()
        try await database.migrate([Self.first])
        func columns() async throws -> Int {
            try await database.write { connection throws(SQLError) in
                try connection.execute("DELETE FROM users")
                try connection.execute("INSERT INTO users (id) VALUES ('1')")
                return try connection.query("SELECT * FROM users")[0].count
            }
        }
        #expect(try await columns() == 1)
        try await database.migrate([Self.first, Self.second])
        #expect(try await columns() == 2)
    }

    @Test("A migration that fails half way is rolled back; those before it stay")
    func halfFailed() async throws {
        let database = try await SQLDatabase.open(sqlite: ":memory:")
        await #expect(throws: SQLError.misuse("no such table: nowhere")) {
            try await database.migrate([Self.first, Self.second, Self.broken])
        }
        #expect(try await numbers(database) == [1, 2])
        let tables = try await database.read { connection throws(SQLError) in
            try connection.query("SELECT name FROM sqlite_schema WHERE name = ?", "half").count
        }
        #expect(tables == 0)
    }

    @Test("A database that a newer release has migrated is refused", arguments: TestDatabase.allCases)
    func newer(kind: TestDatabase) async throws {
        let database = try await kind.open()
        try await database.migrate([Self.first, Self.second])
        await #expect(throws: SQLError.newerSchema(found: 2, known: 1)) { try await database.migrate([Self.first]) }
        await #expect(throws: SQLError.newerSchema(found: 2, known: 0)) { try await database.migrate([]) }
    }

    @Test(
        "A migration that was changed after it was applied is refused, and nothing after it runs",
        arguments: TestDatabase.allCases)
    func changed(kind: TestDatabase) async throws {
        let database = try await kind.open()
        try await database.migrate([Self.first])
        let changed = SQLMigration(1, "users", "CREATE TABLE users (id BIGINT PRIMARY KEY)")
        await #expect(throws: SQLError.changedMigration(number: 1)) {
            try await database.migrate([changed, Self.second])
        }
        #expect(try await numbers(database) == [1])
    }

    @Test("Numbers start at 1 and have no gaps", arguments: TestDatabase.allCases)
    func numbering(kind: TestDatabase) async throws {
        let database = try await kind.open()
        await #expect(throws: SQLError.misuse("migrations are not numbered from 1 without gaps")) {
            try await database.migrate([Self.second])
        }
    }

    @Test("Cutting statements elsewhere changes the checksum")
    func checksum() {
        #expect(SQLMigration(1, "", "ab", "c").checksum != SQLMigration(1, "", "a", "bc").checksum)
        #expect(SQLMigration(1, "x", "ab").checksum == SQLMigration(1, "y", "ab").checksum)
    }

    @Test("Two nodes that migrate one file at once both succeed")
    func concurrent() async throws {
        let file = TemporaryFile()
        let all = [Self.first, Self.second]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = try await SQLDatabase.open(sqlite: file.path)
                    try await database.migrate(all)
                    await database.close()
                }
            }
            try await group.waitForAll()
        }
        let database = try await SQLDatabase.open(sqlite: file.path)
        #expect(try await numbers(database) == [1, 2])
        await database.close()
    }
}
