internal import CMySQL

/// Why a statement did not run; the driver looks at the number before it becomes an `SQLError`.
enum MySQLFailure: Error {
    /// What the server (1000 and up) or the client library (2000 to 2999) said.
    case reported(UInt32, String)
    case own(SQLError)

    init(of statement: UnsafeMutablePointer<MYSQL_STMT>) {
        self = .reported(mysql_stmt_errno(statement), String(cString: mysql_stmt_error(statement)))
    }

    init(of connection: UnsafeMutablePointer<MYSQL>) {
        self = .reported(mysql_errno(connection), String(cString: mysql_error(connection)))
    }

    /// The columns are not what they were when the statement was prepared, the server has forgotten the statement, or it
    /// keeps too many.
    var asksToPrepareAgain: Bool {
        switch self {
        case .reported(let number, _): [2057, 1615, 1243, 1461].contains(number)
        case .own: false
        }
    }
}
