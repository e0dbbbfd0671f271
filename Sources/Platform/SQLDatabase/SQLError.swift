/// Why the database did not do it.
public enum SQLError: Error, Equatable, Sendable {
    /// The file or server cannot be reached, opened, read or written; the text is for operators.
    case unavailable(String)
    /// Another connection held the database for longer than the busy timeout.
    case busy
    /// A rule of the schema; `on` names it as far as the database does: `users.email`, or `usage.day, usage.user` for a
    /// key of two columns, the name of a check, and nothing for a foreign key under SQLite.
    case constraint(SQLConstraint, on: String)
    /// No space is left.
    case full
    case readOnly
    /// The server does not let this user in, or not at this, or has no such database; the text is the server's.
    case denied(String)
    /// The file is damaged or no database.
    case corrupt
    case outOfMemory
    /// The statement is wrong, does not fit its values, or a row is not what its reader expects: a fault of our code.
    case misuse(String)
    /// A newer release has migrated this database: `found` is its last migration, `known` ours. Nothing was changed.
    case newerSchema(found: Int, known: Int)
    /// Migration `number` was recorded with other statements than this release has under that number. Nothing was changed.
    case changedMigration(number: Int)
    /// `close()` was called.
    case closed

    /// Whether the same call may succeed later with nobody changing the program or the schema.
    public var isTemporary: Bool {
        switch self {
        case .unavailable, .busy, .full, .outOfMemory: true
        case .constraint, .readOnly, .denied, .corrupt, .misuse, .newerSchema, .changedMigration, .closed: false
        }
    }
}

/// Which sort of rule a statement broke.
public enum SQLConstraint: Equatable, Sendable {
    /// Also a primary key.
    case unique
    case notNull
    case foreignKey
    case check
    case other
}
