internal import CSQLite

extension SQLError {
    /// The error behind a result code, with the message that the connection keeps until its next call.
    /// Codes: https://www.sqlite.org/rescode.html
    init(sqlite code: Int32, of handle: OpaquePointer?) {
        let message = String(cString: handle.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code))
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_CONSTRAINT: self = .constraint(SQLConstraint(sqlite: code), on: Self.subject(of: message))
        case SQLITE_FULL: self = .full
        case SQLITE_READONLY, SQLITE_PERM: self = .readOnly
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
        case SQLITE_NOMEM: self = .outOfMemory
        case SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_PROTOCOL, SQLITE_AUTH, SQLITE_INTERRUPT: self = .unavailable(message)
        default: self = .misuse(message)
        }
    }

    /// What follows the colon: `UNIQUE constraint failed: users.email`.
    private static func subject(of message: String) -> String {
        guard let colon = message.utf8.firstIndex(of: UInt8(ascii: ":")) else { return "" }
        return String(message[message.utf8.index(after: colon)...].drop { $0 == " " })
    }
}

extension SQLConstraint {
    fileprivate init(sqlite code: Int32) {
        switch code >> 8 {  // the extended part
        case 8, 6, 10: self = .unique  // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
        case 5: self = .notNull
        case 3: self = .foreignKey
        case 1: self = .check
        default: self = .other
        }
    }
}
