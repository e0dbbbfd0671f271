extension SQLDialect {
    /// A statement of a migration, as this database wants it: one text serves all.
    ///
    /// MySQL has no `WITHOUT ROWID` (its tables are ordered by their key anyway), holds 64 KB in a TEXT where SQLite holds a
    /// gigabyte, and compares text without regard to case unless told otherwise.
    /// - Parameter collation: the server's name for "byte for byte, spaces at the end count".
    func schema(_ statement: String, collation: String) -> String {
        switch self {
        case .sqlite: return statement
        case .mysql:
            var text = statement.replacing(" TEXT", with: " MEDIUMTEXT").replacing(" WITHOUT ROWID", with: "")
            if text.hasPrefix("CREATE TABLE") {
                text += " ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE \(collation)"
            }
            return text
        }
    }
}
