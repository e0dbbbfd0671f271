import TestServers
import Testing

@testable import SQLDatabase

@Suite("SQLDatabase", .timeLimit(.minutes(5)))
struct SQLDatabaseTests {
    private func opened(_ kind: TestDatabase) async throws -> SQLDatabase {
        let database = try await kind.open()
        let key = database.dialect == .sqlite ? "INTEGER PRIMARY KEY" : "BIGINT AUTO_INCREMENT PRIMARY KEY"
        try await database.migrate([
            SQLMigration(
                1, "users",
                """
                CREATE TABLE users (
                    id \(key), name VARCHAR(190) NOT NULL UNIQUE, age BIGINT, weight DOUBLE, photo BLOB, note TEXT,
                    CONSTRAINT born CHECK (age >= 0))
                """,
                """
                CREATE TABLE tokens (
                    id VARCHAR(36) PRIMARY KEY, user BIGINT NOT NULL,
                    CONSTRAINT owned FOREIGN KEY (user) REFERENCES users (id))
                """)
        ])
        return database
    }

    @Test("Every kind of value comes back as it went in", arguments: TestDatabase.allCases)
    func values(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        let values: [[SQLValue]] = [
            [1, "ada", 36, 61.5, .blob([0, 255, 1]), nil],
            [2, "", .integer(.max), .double(-0.0), .blob([]), ""],
            [3, "n\u{0}ul 🔑", nil, nil, nil, "e\u{301}"],
            [
                4, "long", 0, 1e300, .blob([UInt8](repeating: 7, count: 100_000)),
                .text(String(repeating: "long ", count: 40_000)),
            ],
        ]
        let rows = try await database.write { connection throws(SQLError) in
            for row in values {
                try connection.execute(
                    "INSERT INTO users (id, name, age, weight, photo, note) VALUES (?, ?, ?, ?, ?, ?)", row)
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

    @Test("Sums, counts and tests come as numbers", arguments: TestDatabase.allCases)
    func computed(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        let row = try await database.write { connection throws(SQLError) in
            for number in 1...3 {
                try connection.execute(
                    "INSERT INTO users (name, age, weight) VALUES (?, ?, ?)", .text("u\(number)"),
                    .integer(1 << 52), 0.5)
            }
            return try connection.query(
                """
                SELECT SUM(age) AS age, SUM(weight) AS weight, COUNT(*) AS n, SUM(CASE WHEN age > 1 THEN 1 ELSE 0 END) AS old,
                    MAX(note IS NULL) AS blank, SUM(CASE WHEN age < 0 THEN age END) AS none FROM users
                """)[0]
        }
        #expect(try row.int("age") == 3 << 52)
        #expect(try row.double("weight") == 1.5)
        #expect(try row.int("n") == 3)
        #expect(try row.int("old") == 3)
        #expect(try row.bool("blank"))
        #expect(try row.optionalInt("none") == nil)
    }

    @Test("Text compares byte for byte: case, accents and spaces at the end count", arguments: TestDatabase.allCases)
    func exactText(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        let names = ["ada", "Ada", "ada ", "ad\u{E0}", "ad"]
        let found = try await database.write { connection throws(SQLError) in
            for name in names { try connection.execute("INSERT INTO users (name) VALUES (?)", .text(name)) }
            var found: [Int] = []
            for name in names + ["ADA", "ad "] {
                found.append(try connection.query("SELECT id FROM users WHERE name = ?", .text(name)).count)
            }
            return found
        }
        #expect(found == [1, 1, 1, 1, 1, 0, 0])
        let sorted = try await database.read { connection throws(SQLError) in
            try connection.query("SELECT name FROM users ORDER BY name")
        }
        #expect(try sorted.map { try $0.text("name") } == ["Ada", "ad", "ada", "ada ", "ad\u{E0}"])
    }

    @Test("A write counts its rows and knows the key it was given", arguments: TestDatabase.allCases)
    func counts(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        try await database.write { connection throws(SQLError) in
            let insert = "INSERT INTO users (name) VALUES (?)"
            #expect(try connection.execute(insert, "ada") == 1)
            #expect(try connection.execute(insert, "bob") == 1)
            #expect(connection.lastInsertedID == 2)
            #expect(try connection.execute("UPDATE users SET age = ?", 7) == 2)
            // the same again: an update counts what it found
            #expect(try connection.execute("UPDATE users SET age = ?", 7) == 2)
            #expect(try connection.execute("UPDATE users SET age = ? WHERE id > ?", 7, 9) == 0)
            #expect(try connection.execute("DELETE FROM users WHERE name = ?", "bob") == 1)
        }
    }

    @Test("When a write throws, nothing of it remains", arguments: TestDatabase.allCases)
    func rollback(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        let error = await #expect(throws: SQLError.self) {
            try await database.write { connection throws(SQLError) in
                for name in ["ada", "bob", "ada"] as [SQLValue] {
                    try connection.execute("INSERT INTO users (name) VALUES (?)", name)
                }
            }
        }
        #expect(error == .constraint(.unique, on: kind == .sqlite ? "users.name" : "name"))
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
        "A broken rule is named", arguments: TestDatabase.allCases,
        [
            ("INSERT INTO users (name) VALUES ('ada')", SQLConstraint.unique, ["users.name", "name"]),
            ("INSERT INTO users (id, name) VALUES (1, 'b')", .unique, ["users.id", "PRIMARY"]),
            ("INSERT INTO users (name) VALUES (NULL)", .notNull, ["users.name", "name"]),
            // Named by us: each server has names of its own for rules without one.
            ("INSERT INTO users (name, age) VALUES ('b', -1)", .check, ["born", "born"]),
            ("INSERT INTO tokens (id, user) VALUES ('t', 99)", .foreignKey, ["", "owned"]),
        ])
    func constraints(kind: TestDatabase, broken: (sql: String, kind: SQLConstraint, subjects: [String])) async throws {
        let database = try await opened(kind)
        try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO users (id, name) VALUES (1, 'ada')")
        }
        let subject = broken.subjects[kind == .sqlite ? 0 : 1]
        await #expect(throws: SQLError.constraint(broken.kind, on: subject)) {
            try await database.write { connection throws(SQLError) in try connection.execute(broken.sql) }
        }
    }

    @Test("A read cannot write", arguments: TestDatabase.allCases)
    func readOnly(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        await #expect(throws: SQLError.misuse("a write in a read: DELETE FROM users")) {
            try await database.read { connection throws(SQLError) in try connection.execute("DELETE FROM users") }
        }
    }

    @Test(
        "SQL that is wrong is a misuse, and so are values that do not fit",
        arguments: TestDatabase.allCases, ["SELEC 1", "SELECT ?", "SELECT 1; SELECT 2", "", "SELECT * FROM nowhere"])
    func misuse(kind: TestDatabase, sql: String) async throws {
        let database = try await opened(kind)
        let error = await #expect(throws: SQLError.self) {
            try await database.read { connection throws(SQLError) in try connection.query(sql) }
        }
        guard case .misuse = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isTemporary == false)
    }

    @Test("A statement may run inside itself, and another inside it", arguments: TestDatabase.allCases)
    func nested(kind: TestDatabase) async throws {
        let database = try await opened(kind)
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

    @Test("More statements than are kept still run", arguments: TestDatabase.allCases)
    func manyStatements(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        let sum = try await database.read { connection throws(SQLError) in
            var sum = 0
            for number in 1...600 { sum += try connection.query("SELECT \(number) AS n")[0].int("n") }
            return sum
        }
        #expect(sum == 180_300)
    }

    @Test("An insert follows the dialect's way with a key that is there", arguments: TestDatabase.allCases)
    func collisions(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        try await database.write { connection throws(SQLError) in
            let columns = ["name", "age"]
            let keep = connection.dialect.insert(into: "users", columns, onCollision: .keepsOld(key: ["name"]))
            let update = connection.dialect.insert(into: "users", columns, onCollision: .updates(key: ["name"]))
            #expect(try connection.execute(connection.dialect.insert(into: "users", columns), "ada", 1) == 1)
            #expect(try connection.execute(keep, "ada", 2) == 0)
            #expect(try connection.query("SELECT age FROM users")[0].int("age") == 1)
            #expect(try connection.execute(update, "ada", 3) > 0)
            #expect(try connection.query("SELECT age FROM users")[0].int("age") == 3)
        }
    }

    @Test("A replacing insert wins over what it may replace and over nothing else", arguments: TestDatabase.allCases)
    func replacing(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        let ages = try await database.write { connection throws(SQLError) in
            let columns = ["name", "age", "note"]
            let collision = SQLDialect.Collision.replaces(key: ["name"], where: "note", is: "open", becomes: "shut")
            let insert = connection.dialect.insert(into: "users", columns, rows: 2, onCollision: collision)
            func put(_ note: String, _ ages: SQLValue...) throws(SQLError) {
                try connection.execute(insert, ["ada", ages[0], .text(note), "bob", ages[1], .text(note)])
            }
            var found: [[Int]] = []
            func look() throws(SQLError) {
                var ages: [Int] = []
                try connection.each("SELECT age FROM users ORDER BY name") { row throws(SQLError) in
                    ages.append(try row.int("age"))
                }
                found.append(ages)
            }
            try put("open", 1, 2)
            try look()
            try put("open", 3, 4)
            try look()
            try put("shut", 5, 6)
            try look()
            try put("open", 7, 8)
            try look()
            try put("shut", 9, 10)
            try look()
            return found
        }
        #expect(ages == [[1, 2], [1, 2], [5, 6], [5, 6], [5, 6]])
    }

    @Test("A closed database says so", arguments: TestDatabase.allCases)
    func closed(kind: TestDatabase) async throws {
        let database = try await opened(kind)
        await database.close()
        await #expect(throws: SQLError.closed) {
            try await database.read { connection throws(SQLError) in try connection.query("SELECT 1").count }
        }
    }
}
