import TestServers
import Testing

@testable import SQLDatabase

@Suite("Migrations on MySQL", .timeLimit(.minutes(5)))
struct MySQLMigrationTests {
    private static let all = [
        SQLMigration(1, "users", "CREATE TABLE users (id VARCHAR(36) PRIMARY KEY, note TEXT) WITHOUT ROWID"),
        SQLMigration(
            2, "names", "ALTER TABLE users ADD COLUMN name VARCHAR(64)", "CREATE INDEX users_name ON users (name)",
            "INSERT INTO users (id, name) VALUES ('1', 'ada')"),
    ]

    private func rows(_ database: SQLDatabase, _ sql: String) async throws -> [SQLRow] {
        try await database.read { connection throws(SQLError) in try connection.query(sql) }
    }

    private func isWhole(_ database: SQLDatabase) async throws -> Bool {
        let done = try await rows(database, "SELECT number FROM schema_migrations").count
        let left = try await rows(database, "SELECT number FROM schema_steps").count
        let names = try await rows(database, "SELECT name FROM users WHERE name = 'ada'").count
        return done == 2 && left == 0 && names == 1
    }

    @Test("Ten nodes that migrate one database at once all succeed, and each statement runs once")
    func concurrent() async throws {
        let settings = try await TestDatabase.freshMySQL()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let database = try await SQLDatabase.open(mysql: settings)
                    try await database.migrate(Self.all)
                    await database.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await isWhole(try await SQLDatabase.open(mysql: settings)))
    }

    @Test("A migration cut off anywhere goes on from there", arguments: 0..<3, [false, true])
    func cutOff(step: Int, isRun: Bool) async throws {
        let database = try await TestDatabase.mysql.open()
        try await database.migrate([Self.all[0]])
        let checksum = Self.all[1].checksum
        try await database.write { connection throws(SQLError) in
            // What a process leaves that dies at this step: before it has run, or after but before that was noted. A
            // statement that changes rows is noted in its own transaction, so there the second cannot be.
            for earlier in 0..<step {
                try connection.execute(Self.all[1].statements[earlier])
                try connection.execute(
                    "INSERT INTO schema_steps VALUES (2, ?, ?, 1)", SQLValue(earlier), .text(checksum))
            }
            try connection.execute("INSERT INTO schema_steps VALUES (2, ?, ?, 0)", SQLValue(step), .text(checksum))
            if isRun, step < 2 { try connection.execute(Self.all[1].statements[step]) }
        }
        try await database.migrate(Self.all)
        #expect(try await isWhole(database))
        try await database.migrate(Self.all)
        #expect(try await isWhole(database))
    }

    @Test("A table of somebody else's that is in the way is never taken for ours")
    func clash() async throws {
        let database = try await TestDatabase.mysql.open()
        try await database.write { connection throws(SQLError) in
            try connection.execute("CREATE TABLE users (nothing BIGINT)")
        }
        for _ in 0..<2 {
            let error = await #expect(throws: SQLError.self) { try await database.migrate(Self.all) }
            guard case .misuse(let words) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            // The rest is the server's own way to say it.
            #expect(words.contains("users") && words.contains("exists"))
        }
    }

    @Test("A migration that a newer release has begun is refused as newer, and a changed one as changed")
    func begunByOthers() async throws {
        let database = try await TestDatabase.mysql.open()
        try await database.migrate([Self.all[0]])
        try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO schema_steps VALUES (2, 0, 'other', 1)")
        }
        await #expect(throws: SQLError.newerSchema(found: 2, known: 1)) { try await database.migrate([Self.all[0]]) }
        await #expect(throws: SQLError.changedMigration(number: 2)) { try await database.migrate(Self.all) }
    }
}
