import Glibc
import Testing

@testable import SQLDatabase

@Suite("SQLDatabase", .timeLimit(.minutes(1)))
struct SQLDatabaseTests {
    private static let schema = [
        SQLMigration(
            1, "users",
            """
            CREATE TABLE users (
                id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age BIGINT CHECK (age >= 0), weight DOUBLE, photo BLOB)
            """,
            "CREATE TABLE tokens (id TEXT PRIMARY KEY, user BIGINT NOT NULL REFERENCES users (id))")
    ]

    private func memory() async throws -> SQLDatabase {
        let database = try await SQLDatabase.open(sqlite: ":memory:")
        try await database.migrate(Self.schema)
        return database
    }

    @Test("Every kind of value comes back as it went in")
    func values() async throws {
        let database = try await memory()
        let values: [[SQLValue]] = [
            [1, "ada", 36, 61.5, .blob([0, 255, 1])],
            [2, "", .integer(.max), .double(-0.0), .blob([])],
            [3, "n\u{0}ul 🔑", nil, nil, nil],
            [
                4, .text(String(repeating: "long ", count: 40_000)), 0, 1e300,
                .blob([UInt8](repeating: 7, count: 100_000)),
            ],
        ]
        let rows = try await database.write { connection throws(SQLError) in
            for row in values {
                try connection.execute("INSERT INTO users (id, name, age, weight, photo) VALUES (?, ?, ?, ?, ?)", row)
            }
            return try connection.query("SELECT * FROM users ORDER BY id")
        }
        #expect(rows.map { row in (0..<row.count).map { row[$0] } } == values)
        #expect(try rows[0].text("name") == "ada")
        #expect(try rows[0].int("age") == 36)
        #expect(try rows[0].double("age") == 36)
        #expect(try rows[0].blob("photo") == [0, 255, 1])
        #expect(try rows[2].optionalInt("age") == nil)
        #expect(throws: SQLError.misuse("column age is NULL")) { try rows[2].int("age") }
        #expect(throws: SQLError.misuse("column name holds no integer")) { try rows[0].int("name") }
        #expect(throws: SQLError.misuse("no column shoe in the answer")) { try rows[0].optionalText("shoe") }
    }

    @Test("A write counts its rows and knows the key it was given")
    func counts() async throws {
        let database = try await memory()
        try await database.write { connection throws(SQLError) in
            let insert = "INSERT INTO users (name) VALUES (?)"
            #expect(try connection.execute(insert, "ada") == 1)
            #expect(try connection.execute(insert, "bob") == 1)
            #expect(connection.lastInsertedID == 2)
            #expect(try connection.execute("UPDATE users SET age = ?", 7) == 2)
            #expect(try connection.execute("UPDATE users SET age = ? WHERE id > ?", 7, 9) == 0)
            #expect(try connection.execute("DELETE FROM users WHERE name = ?", "bob") == 1)
        }
    }

    @Test("When a write throws, nothing of it remains")
    func rollback() async throws {
        let database = try await memory()
        await #expect(throws: SQLError.constraint(.unique, on: "users.name")) {
            try await database.write { connection throws(SQLError) in
                for name in ["ada", "bob", "ada"] as [SQLValue] {
                    try connection.execute("INSERT INTO users (name) VALUES (?)", name)
                }
            }
        }
        let left = try await database.read { connection throws(SQLError) in
            try connection.query("SELECT * FROM users").count
        }
        #expect(left == 0)
        // and the next transaction can begin
        try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO users (name) VALUES (?)", "ada")
        }
    }

    @Test(
        "A broken rule is named",
        arguments: [
            ("INSERT INTO users (name) VALUES ('ada')", SQLConstraint.unique, "users.name"),
            ("INSERT INTO users (id, name) VALUES (1, 'b')", .unique, "users.id"),
            ("INSERT INTO users (name) VALUES (NULL)", .notNull, "users.name"),
            ("INSERT INTO users (name, age) VALUES ('b', -1)", .check, "age >= 0"),
            ("INSERT INTO tokens (id, user) VALUES ('t', 99)", .foreignKey, ""),
        ])
    func constraints(sql: String, kind: SQLConstraint, subject: String) async throws {
        let database = try await memory()
        try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO users (id, name) VALUES (1, 'ada')")
        }
        await #expect(throws: SQLError.constraint(kind, on: subject)) {
            try await database.write { connection throws(SQLError) in try connection.execute(sql) }
        }
    }

    @Test("A read cannot write")
    func readOnly() async throws {
        let database = try await memory()
        await #expect(throws: SQLError.misuse("a write in a read: DELETE FROM users")) {
            try await database.read { connection throws(SQLError) in try connection.execute("DELETE FROM users") }
        }
    }

    @Test(
        "SQL that is wrong is a misuse, and so are values that do not fit",
        arguments: ["SELEC 1", "SELECT ?", "SELECT 1; SELECT 2", "", "SELECT * FROM nowhere"])
    func misuse(sql: String) async throws {
        let database = try await memory()
        let error = await #expect(throws: SQLError.self) {
            try await database.read { connection throws(SQLError) in try connection.query(sql) }
        }
        guard case .misuse = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isTemporary == false)
    }

    @Test("A statement may run inside itself, and another inside it")
    func nested() async throws {
        let database = try await memory()
        let pairs = try await database.write { connection throws(SQLError) in
            for name in ["a", "b", "c"] as [SQLValue] {
                try connection.execute("INSERT INTO users (name) VALUES (?)", name)
            }
            var pairs: [String] = []
            let all = "SELECT name FROM users WHERE name >= ? ORDER BY name"
            try connection.each(all, ["a"]) { outer throws(SQLError) in
                let name = try outer.text("name")
                try connection.each(all, [.text(name)]) { inner throws(SQLError) in
                    pairs.append(name + (try inner.text("name")))
                }
            }
            return pairs
        }
        #expect(pairs == ["aa", "ab", "ac", "bb", "bc", "cc"])
    }

    @Test("More statements than are kept still run")
    func manyStatements() async throws {
        let database = try await memory()
        let sum = try await database.read { connection throws(SQLError) in
            var sum = 0
            for number in 1...600 { sum += try connection.query("SELECT \(number) AS n")[0].int("n") }
            return sum
        }
        #expect(sum == 180_300)
    }

    @Test("An insert follows the dialect's way with a key that is there")
    func collisions() async throws {
        let database = try await memory()
        try await database.write { connection throws(SQLError) in
            let columns = ["name", "age"]
            let keep = connection.dialect.insert(into: "users", columns, onCollision: .keepsOld(key: ["name"]))
            let update = connection.dialect.insert(into: "users", columns, onCollision: .updates(key: ["name"]))
            #expect(try connection.execute(connection.dialect.insert(into: "users", columns), "ada", 1) == 1)
            #expect(try connection.execute(keep, "ada", 2) == 0)
            #expect(try connection.query("SELECT age FROM users")[0].int("age") == 1)
            #expect(try connection.execute(update, "ada", 3) == 1)
            #expect(try connection.query("SELECT age FROM users")[0].int("age") == 3)
        }
    }

    @Test("A closed database says so")
    func closed() async throws {
        let database = try await memory()
        await database.close()
        await #expect(throws: SQLError.closed) {
            try await database.read { connection throws(SQLError) in try connection.query("SELECT 1").count }
        }
    }
}
