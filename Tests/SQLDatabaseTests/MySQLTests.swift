import Glibc
import Telemetry
import TestServers
import Testing
import Threading

@testable import SQLDatabase

@Suite("MySQL", .timeLimit(.minutes(5)))
struct MySQLTests {
    private static let schema = SQLMigration(
        1, "counters", "CREATE TABLE counters (name VARCHAR(40) PRIMARY KEY, value BIGINT NOT NULL)")

    private func counters(_ names: String...) async throws -> (SQLDatabase, MySQLSettings) {
        let settings = try await TestDatabase.freshMySQL()
        let database = try await SQLDatabase.open(mysql: settings)
        try await database.migrate([Self.schema])
        try await database.write { connection throws(SQLError) in
            for name in names { try connection.execute("INSERT INTO counters VALUES (?, 0)", .text(name)) }
        }
        return (database, settings)
    }

    private func value(_ database: SQLDatabase, _ name: String) async throws -> Int {
        try await database.read { connection throws(SQLError) in
            try connection.query("SELECT value FROM counters WHERE name = ?", .text(name))[0].int("value")
        }
    }

    @Test("Who is not let in is told why, without the password")
    func denied() async throws {
        let good = try await TestDatabase.freshMySQL()
        var wrong = good
        wrong.password = Secret("hunter2")
        var nowhere = good
        nowhere.database = "no_such_database"
        for settings in [wrong, nowhere] {
            let error = await #expect(throws: SQLError.self) { try await SQLDatabase.open(mysql: settings) }
            guard case .denied(let reason) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(!reason.contains("hunter2"))
            #expect(error?.isTemporary == false)
        }
    }

    @Test("A server that is not there is unavailable")
    func nobody() async throws {
        let settings = MySQLSettings(host: "127.0.0.1", port: 1, user: "u", password: Secret("p"), database: "d")
        let error = await #expect(throws: SQLError.self) { try await SQLDatabase.open(mysql: settings) }
        #expect(error?.isTemporary == true)
    }

    @Test("A user without the right to write is told so")
    func readOnlyUser() async throws {
        let (database, settings) = try await counters("a")
        try await database.write { connection throws(SQLError) in
            try connection.execute("CREATE USER IF NOT EXISTS 'reader'@'%' IDENTIFIED BY 'reader'")
            try connection.execute("GRANT SELECT ON \(settings.database).* TO 'reader'@'%'")
        }
        var reading = settings
        reading.user = "reader"
        reading.password = Secret("reader")
        let reader = try await SQLDatabase.open(mysql: reading)
        #expect(try await value(reader, "a") == 0)
        for body in ["INSERT INTO counters VALUES ('b', 0)", "CREATE TABLE more (id BIGINT)"] {
            let error = await #expect(throws: SQLError.self) {
                try await reader.write { connection throws(SQLError) in try connection.execute(body) }
            }
            guard case .denied = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("A deadlock is solved: its victim runs again and nothing is lost")
    func deadlock() async throws {
        let (database, _) = try await counters("a", "b")
        let attempts = Locked(0)
        let holding = Locked<Set<String>>([])
        @Sendable func add(first: String, then: String) async throws {
            try await database.write { connection throws(SQLError) in
                let attempt = attempts.withLock { count in
                    count += 1
                    return count
                }
                let add = "UPDATE counters SET value = value + 1 WHERE name = ?"
                try connection.execute(add, .text(first))
                holding.withLock { _ = $0.insert(first) }
                // The first two meet: each waits on its own thread until the other has its first row.
                for _ in 0..<30_000 where attempt <= 2 && holding.withLock({ $0.count }) < 2 { usleep(1000) }
                try connection.execute(add, .text(then))
            }
        }
        async let one: Void = add(first: "a", then: "b")
        async let other: Void = add(first: "b", then: "a")
        _ = try await (one, other)
        #expect(attempts.withLock { $0 } >= 3)
        #expect(try await value(database, "a") == 2)
        #expect(try await value(database, "b") == 2)
    }

    @Test("Writers that read what they write never lose an update")
    func lostUpdates() async throws {
        let (database, _) = try await counters("a")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    for _ in 0..<200 {
                        do {
                            try await database.write { connection throws(SQLError) in
                                let old = try connection.query("SELECT value FROM counters WHERE name = 'a'")[0]
                                try connection.execute(
                                    "UPDATE counters SET value = ?", SQLValue(try old.int("value") + 1))
                            }
                            return
                        } catch SQLError.busy {}
                    }
                    Issue.record("never had its turn")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await value(database, "a") == 40)
    }

    @Test("A connection that the server has closed is made anew without anybody noticing")
    func killedConnections() async throws {
        var (_, settings) = try await counters("a")
        settings.pool = 1
        let database = try await SQLDatabase.open(mysql: settings)
        let other = try await SQLDatabase.open(mysql: settings)
        for _ in 0..<3 {
            let id = try await database.read { connection throws(SQLError) in
                try connection.query("SELECT CONNECTION_ID() AS id")[0].int("id")
            }
            try await other.write { connection throws(SQLError) in try connection.execute("KILL CONNECTION \(id)") }
            #expect(try await value(database, "a") == 0)
        }
        #expect(database.outage == nil)
    }

    @Test("Columns that change under prepared statements are seen")
    func changedTable() async throws {
        var (_, settings) = try await counters("a")
        settings.pool = 1
        let database = try await SQLDatabase.open(mysql: settings)
        let other = try await SQLDatabase.open(mysql: settings)
        func columns() async throws -> Int {
            try await database.read { connection throws(SQLError) in
                try connection.query("SELECT * FROM counters")[0].count
            }
        }
        #expect(try await columns() == 2)
        try await other.write { connection throws(SQLError) in
            try connection.execute("ALTER TABLE counters ADD COLUMN note VARCHAR(10)")
        }
        #expect(try await columns() == 3)
    }

    @Test("A value that does not fit its column is a broken rule, never cut")
    func strict() async throws {
        let (database, _) = try await counters()
        await #expect(throws: SQLError.constraint(.other, on: "name")) {
            try await database.write { connection throws(SQLError) in
                try connection.execute(
                    "INSERT INTO counters VALUES (?, 0)", .text(String(repeating: "x", count: 41)))
            }
        }
    }

    @Test("More calls than connections wait for their turn")
    func queueing() async throws {
        var (_, settings) = try await counters("a")
        settings.pool = 2
        settings.timeout = .seconds(60)
        let database = try await SQLDatabase.open(mysql: settings)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...100 {
                group.addTask {
                    try await database.read { connection throws(SQLError) in
                        try connection.query("SELECT \(number) AS n")[0].int("n")
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 5050)
    }

    @Test("Work in the background may take longer than an answer, and calls do not wait behind it")
    func patience() async throws {
        var (_, settings) = try await counters("a")
        settings.timeout = .seconds(1)
        settings.pool = 1
        let database = try await SQLDatabase.open(mysql: settings)
        let slow: @Sendable (SQLConnection) throws(SQLError) -> Int = { connection throws(SQLError) in
            try connection.query("SELECT SLEEP(3) AS n")[0].int("n")
        }
        async let patient = database.patientWrite(slow)
        await #expect(throws: SQLError.self) { try await database.write(slow) }
        #expect(try await patient == 0)
    }
}
