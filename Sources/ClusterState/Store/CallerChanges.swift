internal import SQLDatabase
internal import Synchronization

/// Counts the changes of users, tokens and tiers. What was read before a change is never served after it.
public final class CallerChanges: Sendable {
    private let counter = Atomic<Int>(0)

    public init() {}

    /// The number of the state that is now; compare, never interpret.
    public var epoch: Int { counter.load(ordering: .acquiring) }

    /// Something has changed: everything that was read so far must be asked for again.
    public func note() { counter.wrappingAdd(1, ordering: .releasing) }
}

/// The same count in the database, for other processes that use it.
enum CallerVersion {
    private static let name = "callers_version"

    static func countUp(_ connection: SQLConnection) throws(SQLError) {
        let next = try read(connection) + 1
        let start = connection.dialect.insert(
            into: "settings", ["name", "value"], onCollision: .keepsOld(key: ["name"]))
        try connection.execute(start, .text(name), "0")
        try connection.execute("UPDATE settings SET value = ? WHERE name = ?", .text(String(next)), .text(name))
    }

    static func read(_ connection: SQLConnection) throws(SQLError) -> Int {
        let rows = try connection.query("SELECT value FROM settings WHERE name = ?", .text(name))
        return Int(try rows.first?.text("value") ?? "0") ?? 0
    }
}
