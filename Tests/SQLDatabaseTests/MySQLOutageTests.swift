import TestServers
import Testing

@testable import SQLDatabase

/// With a server of its own, which is stopped and frozen.
@Suite("When the MySQL server goes away", .timeLimit(.minutes(5)), .serialized)
struct MySQLOutageTests {
    private func isAnswering(_ database: SQLDatabase) async -> Bool {
        do throws(SQLError) {
            return try await database.read { connection throws(SQLError) in try connection.query("SELECT 1").count == 1
            }
        } catch {
            #expect(error.isTemporary)
            return false
        }
    }

    private func open(_ server: MariaDBServer) async throws -> SQLDatabase {
        var settings = try await TestDatabase.freshMySQL(on: server)
        settings.timeout = .seconds(1)
        settings.connectTimeout = .seconds(1)
        return try await SQLDatabase.open(mysql: settings)
    }

    private func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// The time until it answers again.
    private func recovery(_ database: SQLDatabase) async -> Double {
        await seconds {
            for _ in 0..<1000 {
                if await isAnswering(database) { return }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("Stopped and started again: calls fail with a reason, at once, and work again within seconds")
    func restarted() async throws {
        let server = try MariaDBServer()
        defer { server.end() }
        try server.start()
        let database = try await open(server)
        for _ in 0..<2 {
            #expect(await isAnswering(database))
            server.stop()
            #expect(await !isAnswering(database))
            let time = await seconds { for _ in 0..<200 { #expect(await !isAnswering(database)) } }
            #expect(time < 20)
            #expect(database.outage != nil)
            try server.start()
            #expect(await recovery(database) < 20)
        }
    }

    @Test("Frozen: calls fail within seconds, later ones at once, and work again within seconds")
    func frozen() async throws {
        let server = try MariaDBServer()
        defer { server.end() }
        try server.start()
        let database = try await open(server)
        #expect(await isAnswering(database))
        server.freeze()
        let first = await seconds {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { await isAnswering(database) } }
                for await answered in group { #expect(!answered) }
            }
        }
        #expect(first < 15)
        let later = await seconds { for _ in 0..<200 { #expect(await !isAnswering(database)) } }
        #expect(later < 20)
        server.thaw()
        #expect(await recovery(database) < 20)
    }

    @Test("Full: writes say so, reads go on")
    func full() async throws {
        let server = try MariaDBServer(
            options: ["--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:24M"])
        defer { server.end() }
        try server.start()
        let database = try await open(server)
        try await database.migrate([SQLMigration(1, "notes", "CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT)")])
        let error = await #expect(throws: SQLError.self) {
            for number in 0..<200 {
                try await database.write { connection throws(SQLError) in
                    try connection.execute(
                        "INSERT INTO notes VALUES (?, ?)", SQLValue(number),
                        .text(String(repeating: "x", count: 200_000)))
                }
            }
        }
        #expect(error == .full)
        #expect(await isAnswering(database))
    }
}
