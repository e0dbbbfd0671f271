import Glibc
import Testing
import Threading

@testable import SQLDatabase

@Suite("SQLDatabase on a file", .timeLimit(.minutes(5)))
struct SQLFileTests {
    private static let schema = [SQLMigration(1, "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")]

    @Test("What was written is there after the file is opened again, and only its owner may read it")
    func reopened() async throws {
        let file = TemporaryFile()
        let first = try await SQLDatabase.open(sqlite: file.path)
        try await first.migrate(Self.schema)
        try await first.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO notes (text) VALUES (?)", "kept")
        }
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            #expect(stat(file.path + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
        await first.close()
        let second = try await SQLDatabase.open(sqlite: file.path)
        let rows = try await second.read { connection throws(SQLError) in
            try connection.query("SELECT text FROM notes")
        }
        #expect(try rows.map { try $0.text("text") } == ["kept"])
        await second.close()
    }

    @Test("The connection is set up as documented")
    func pragmas() async throws {
        let file = TemporaryFile()
        let database = try await SQLDatabase.open(sqlite: file.path)
        let settings = try await database.write { connection throws(SQLError) in
            [
                try connection.query("PRAGMA journal_mode")[0][0], try connection.query("PRAGMA synchronous")[0][0],
                try connection.query("PRAGMA foreign_keys")[0][0],
            ]
        }
        #expect(settings == ["wal", 1, 1])
        await database.close()
    }

    @Test("A file that others could read is made private")
    func madePrivate() async throws {
        let file = TemporaryFile()
        close(open(file.path, O_CREAT | O_RDWR, 0o666))
        chmod(file.path, 0o666)
        let database = try await SQLDatabase.open(sqlite: file.path)
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        await database.close()
    }

    @Test("A second writer is told that the database is busy, a reader reads what was before")
    func busy() async throws {
        let file = TemporaryFile()
        let one = try await SQLDatabase.open(sqlite: file.path)
        try await one.migrate(Self.schema)
        let other = try await SQLDatabase.open(sqlite: file.path, busyTimeout: .milliseconds(20))
        let (isInside, mayEnd) = (Locked(false), HandOver<Bool>())
        let writing = Task {
            try await one.write { connection throws(SQLError) in
                try connection.execute("INSERT INTO notes (text) VALUES (?)", "first")
                isInside.withLock { $0 = true }
                _ = mayEnd.take()
            }
        }
        // Not with a hand-over: to wait for one would take a thread from the tasks that are waited for.
        while !isInside.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        await #expect(throws: SQLError.busy) {
            try await other.write { connection throws(SQLError) in try connection.execute("DELETE FROM notes") }
        }
        #expect(SQLError.busy.isTemporary)
        let count = "SELECT count(*) AS n FROM notes"
        #expect(try await other.read { db throws(SQLError) in try db.query(count)[0].int("n") } == 0)
        mayEnd.put(true)
        try await writing.value
        #expect(try await other.write { db throws(SQLError) in try db.query(count)[0].int("n") } == 1)
        await one.close()
        await other.close()
    }

    @Test("A full disk is told as such, and what was there before stays readable and writable")
    func full() async throws {
        let file = TemporaryFile()
        let database = try await SQLDatabase.open(sqlite: file.path)
        try await database.migrate(Self.schema)
        try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO notes (text) VALUES (?)", "before")
        }
        await #expect(throws: SQLError.full) {
            try await database.write { connection throws(SQLError) in
                try connection.execute("PRAGMA max_page_count = 20")
                for _ in 0..<100 {
                    try connection.execute(
                        "INSERT INTO notes (text) VALUES (?)", .text(String(repeating: "x", count: 4096)))
                }
            }
        }
        #expect(SQLError.full.isTemporary)
        let rows = try await database.write { connection throws(SQLError) in
            try connection.execute("INSERT INTO notes (text) VALUES (?)", "after")
            return try connection.query("SELECT text FROM notes ORDER BY id")
        }
        #expect(try rows.map { try $0.text("text") } == ["before", "after"])
        await database.close()
    }

    @Test("A path that cannot be opened is unavailable, and a file that is no database is corrupt")
    func unusable() async throws {
        let file = TemporaryFile()
        let error = await #expect(throws: SQLError.self) {
            try await SQLDatabase.open(sqlite: file.directory + "/missing/test.sqlite")
        }
        #expect(error?.isTemporary == true)
        let descriptor = open(file.path, O_CREAT | O_RDWR, 0o600)
        let text = String(repeating: "this is no database ", count: 100)
        #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
        close(descriptor)
        await #expect(throws: SQLError.corrupt) { try await SQLDatabase.open(sqlite: file.path) }
    }
}
