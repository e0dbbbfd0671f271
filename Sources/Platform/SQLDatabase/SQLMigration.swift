internal import Glibc

/// One step of the schema. Once released, a migration never changes: a correction is a new one.
public struct SQLMigration: Sendable {
    /// From 1, without gaps.
    public let number: Int
    public let name: String
    /// One statement each, run in this order. SQLite runs them in one transaction; MySQL, where a change of the schema
    /// commits by itself, notes each one, so that a migration that was cut off goes on where it was.
    public let statements: [String]

    public init(_ number: Int, _ name: String, _ statements: String...) {
        self.number = number
        self.name = name
        self.statements = statements
    }

    /// Tells a changed migration, not a forged one: FNV-1a of 64 bits over the statements, each ended by a zero byte.
    var checksum: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for statement in statements {
            for byte in statement.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = hash &* 0x0000_0100_0000_01B3
        }
        return String(hash, radix: 16)
    }

    // MARK: - What is recorded

    static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL,
            checksum VARCHAR(16) NOT NULL, applied_at BIGINT NOT NULL)
        """

    /// Refuses a schema that this program does not know.
    /// - Parameter recorded: number and checksum, in order of number.
    static func check(_ migrations: [SQLMigration], against recorded: [SQLRow]) throws(SQLError) {
        guard migrations.map(\.number) == Array(1..<migrations.count + 1) else {
            throw .misuse("migrations are not numbered from 1 without gaps")
        }
        if let newest = try recorded.last?.int("number"), newest > migrations.count {
            throw .newerSchema(found: newest, known: migrations.count)
        }
        for row in recorded {
            let number = try row.int("number")
            guard number >= 1, try row.text("checksum") == migrations[number - 1].checksum else {
                throw .changedMigration(number: number)
            }
        }
    }

    func record(on connection: SQLConnection) throws(SQLError) {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        try connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
            SQLValue(number), .text(name), .text(checksum),
            SQLValue(clock.tv_sec * 1000 + clock.tv_nsec / 1_000_000))
    }
}
