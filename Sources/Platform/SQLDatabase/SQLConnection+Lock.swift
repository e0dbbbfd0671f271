extension SQLConnection {
    /// The server's locks are for all its databases; 64 characters are the most a name may have. MySQL 9 has no SHA1.
    private static let lockName = "CONCAT('switchyard.', ?, '.', LEFT(SHA2(DATABASE(), 256), 20))"

    /// Waits for a lock that one connection of all nodes holds, under MySQL; it ends with the connection at the latest.
    /// - Throws: `busy` when another one keeps it for a minute.
    func takeLock(_ name: String) throws(SQLError) {
        for _ in 0..<60 where try takeLockNow(name, seconds: 1) { return }
        throw .busy
    }

    /// - Returns: false when another connection has it.
    func takeLockNow(_ name: String, seconds: Int = 0) throws(SQLError) -> Bool {
        let taken = try query(
            "SELECT GET_LOCK(\(Self.lockName), ?) AS taken", .text(name), SQLValue(seconds))
        return try taken.first?.optionalInt("taken") == 1
    }

    func releaseLock(_ name: String) {
        _ = try? query("SELECT RELEASE_LOCK(\(Self.lockName))", .text(name))
    }
}
