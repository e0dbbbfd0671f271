internal import CMySQL

extension SQLError {
    /// The error behind a number of the server (1000 and up) or of the client library (2000 to 2999).
    /// Numbers: https://mariadb.com/kb/en/mariadb-error-codes/ and https://dev.mysql.com/doc/mysql-errors/8.0/en/
    init(mysql number: UInt32, _ message: String, sql: String = "") {
        switch number {
        case 1205, 1213, 1020, 3572: self = .busy  // lock wait, deadlock, changed since the snapshot, NOWAIT
        case 1062, 1586: self = .constraint(.unique, on: Self.key(message))
        case 1048, 1364: self = .constraint(.notNull, on: Self.quoted(message, .first))
        case 1216, 1217, 1451, 1452: self = .constraint(.foreignKey, on: Self.foreignKey(message))
        case 3819, 4025: self = .constraint(.check, on: Self.check(message))
        // Too long, out of range, not of the column's type, too large for a packet: the value can never be stored.
        case 1406, 1264, 1265, 1366, 1292, 1153, 1301, 2020: self = .constraint(.other, on: Self.column(message))
        case 1021, 1114: self = .full
        case _ where [1026, 1030].contains(number) && message.contains("28"): self = .full  // ENOSPC in the engine
        case 1290, 1836: self = .readOnly
        case 1792: self = .misuse("a write in a read: \(sql)")
        case 1044, 1045, 1049, 1130, 1142, 1143, 1227, 1370, 1410, 1698, 1820, 1862, 2059, 2061:
            self = .denied(message)
        case 1037, 1038, 1041, 2008: self = .outOfMemory
        case 1034, 1035, 1712, 145: self = .corrupt
        case _ where Self.isOfConnection(number): self = .unavailable(message)
        default: self = .misuse(message)
        }
    }

    /// Whether the connection or the server is to blame, not the statement. The client library's own numbers all are, but
    /// for those of a wrong use of it.
    static func isOfConnection(_ number: UInt32) -> Bool {
        switch number {
        case 2014, 2020, 2030...2036, 2057: false
        case 2000...2999: true
        // Too many connections, shutting down, killed, network, host blocked, quotas, time limits, not prepared (proxy).
        case 1040, 1053, 1077...1080, 1129, 1152...1161, 1184, 1203, 1226, 1317, 1927, 1969, 3024, 1243: true
        default: false
        }
    }

    private enum Which { case first, last }

    /// `Duplicate entry 'ada' for key 'users.name'`; MariaDB leaves the table out.
    private static func key(_ message: String) -> String {
        let path = quoted(message, .last)
        return path.split(separator: ".").last.map(String.init) ?? path
    }

    /// A name between apostrophes: `Column 'name' cannot be null`.
    private static func quoted(_ message: String, _ which: Which) -> String {
        let parts = message.split(separator: "'", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return "" }
        return String(which == .first ? parts[1] : parts[parts.count - 2])
    }

    /// `... CONSTRAINT \`tokens_ibfk_1\` FOREIGN KEY ...`
    private static func foreignKey(_ message: String) -> String {
        guard let word = message.range(of: "CONSTRAINT `") else { return "" }
        return String(message[word.upperBound...].prefix { $0 != "`" })
    }

    /// MySQL writes `Check constraint 'x' is violated`, MariaDB `CONSTRAINT \`x\` failed for ...`.
    private static func check(_ message: String) -> String {
        let name = foreignKey(message)
        return name.isEmpty ? quoted(message, .first) : name
    }

    /// `Data too long for column 'name' at row 1`; never the value, which some messages hold.
    private static func column(_ message: String) -> String {
        guard let word = message.range(of: "column ") else { return "" }
        let name = message[word.upperBound...].drop { "`'".contains($0) }
        // MariaDB may write `database`.`table`.`column`.
        let path = name.prefix { $0 != " " && $0 != "'" }.filter { $0 != "`" }
        return String(path.split(separator: ".").last ?? "")
    }
}

extension String {
    /// Where `text` is; without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
