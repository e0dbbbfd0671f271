internal import CMySQL

/// A statement that the server has prepared, kept to be run again. Confined to the thread of its connection.
final class MySQLStatement {
    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private let parameters: MySQLCells
    /// Made at the first run: only then are the columns known for sure.
    private var answer: (names: [String], kinds: [Kind], cells: MySQLCells)?
    /// A statement that is running cannot be started again.
    private(set) var isRunning = false

    private enum Kind { case integer, real, decimal, text, blob }

    /// Prepares the one statement in `sql`.
    init(_ sql: String, on connection: UnsafeMutablePointer<MYSQL>) throws(MySQLFailure) {
        guard let handle = mysql_stmt_init(connection) else { throw .own(.outOfMemory) }
        var sql = sql
        let status = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { mysql_stmt_prepare(handle, $0.baseAddress, UInt($0.count)) }
        }
        guard status == 0 else {
            let failure = MySQLFailure(of: handle)
            sy_close(handle)
            throw failure
        }
        self.handle = handle
        parameters = MySQLCells(count: Int(mysql_stmt_param_count(handle)))
    }

    /// Does not wait for the server: closing a statement has no answer.
    deinit { sy_close(handle) }

    /// Runs to the end, handing each row to `body`. The whole answer is fetched first, so that other statements can run
    /// meanwhile.
    func run(_ values: [SQLValue], _ body: (SQLRow) throws(SQLError) -> Void) throws(MySQLFailure) {
        guard values.count == parameters.count else {
            throw .own(.misuse("\(parameters.count) values wanted, \(values.count) given"))
        }
        isRunning = true
        defer {
            sy_free_result(handle)
            isRunning = false
        }
        try parameters.holding(values) { () throws(MySQLFailure) in
            if parameters.count > 0, sy_bind_parameters(handle, parameters.binds) != 0 {
                throw MySQLFailure(of: handle)
            }
            if mysql_stmt_execute(handle) != 0 { throw MySQLFailure(of: handle) }
        }
        guard mysql_stmt_field_count(handle) > 0 else { return }
        let (names, kinds, cells) = try boundAnswer()
        if mysql_stmt_store_result(handle) != 0 { throw MySQLFailure(of: handle) }
        while true {
            switch mysql_stmt_fetch(handle) {
            case 0, MYSQL_DATA_TRUNCATED:  // bytes are fetched apart, once their length is known
                var row: [SQLValue] = []
                row.reserveCapacity(kinds.count)
                for column in kinds.indices { row.append(try value(column, kinds[column], cells)) }
                do throws(SQLError) { try body(SQLRow(columns: names, values: row)) } catch { throw .own(error) }
            case MYSQL_NO_DATA: return
            default: throw MySQLFailure(of: handle)
            }
        }
    }

    private func boundAnswer() throws(MySQLFailure) -> (names: [String], kinds: [Kind], cells: MySQLCells) {
        let count = Int(mysql_stmt_field_count(handle))
        if let answer, answer.kinds.count == count {
            if sy_bind_columns(handle, answer.cells.binds) != 0 { throw MySQLFailure(of: handle) }
            return answer
        }
        guard let metadata = mysql_stmt_result_metadata(handle) else { throw MySQLFailure(of: handle) }
        defer { mysql_free_result(metadata) }
        let cells = MySQLCells(count: count)
        var (names, kinds): ([String], [Kind]) = ([], [])
        for index in 0..<count {
            let field = mysql_fetch_field_direct(metadata, UInt32(index))!
            let kind = Self.kind(of: field)
            names.append(String(cString: field.pointee.name))
            kinds.append(kind)
            let (bind, cell) = (cells.binds + index, cells.cells + index)
            switch kind {
            case .integer: sy_bind_integer(bind, cell)
            case .real: sy_bind_real(bind, cell)
            case .decimal, .text: sy_bind_bytes(bind, cell, 1, nil, 0)
            case .blob: sy_bind_bytes(bind, cell, 0, nil, 0)
            }
        }
        if sy_bind_columns(handle, cells.binds) != 0 { throw MySQLFailure(of: handle) }
        answer = (names, kinds, cells)
        return (names, kinds, cells)
    }

    private static func kind(of field: UnsafePointer<MYSQL_FIELD>) -> Kind {
        switch UInt32(sy_column_type(field)) {
        case MYSQL_TYPE_TINY.rawValue, MYSQL_TYPE_SHORT.rawValue, MYSQL_TYPE_INT24.rawValue,
            MYSQL_TYPE_LONG.rawValue, MYSQL_TYPE_LONGLONG.rawValue, MYSQL_TYPE_YEAR.rawValue:
            .integer
        case MYSQL_TYPE_FLOAT.rawValue, MYSQL_TYPE_DOUBLE.rawValue: .real
        case MYSQL_TYPE_DECIMAL.rawValue, MYSQL_TYPE_NEWDECIMAL.rawValue: .decimal
        case MYSQL_TYPE_TINY_BLOB.rawValue, MYSQL_TYPE_MEDIUM_BLOB.rawValue, MYSQL_TYPE_LONG_BLOB.rawValue,
            MYSQL_TYPE_BLOB.rawValue, MYSQL_TYPE_STRING.rawValue, MYSQL_TYPE_VAR_STRING.rawValue,
            MYSQL_TYPE_VARCHAR.rawValue:
            sy_column_is_binary(field) != 0 ? .blob : .text
        default: .text  // dates and the like, in their written form
        }
    }

    private func value(_ column: Int, _ kind: Kind, _ cells: MySQLCells) throws(MySQLFailure) -> SQLValue {
        let cell = cells.cells + column
        if cell.pointee.is_null != 0 { return .null }
        switch kind {
        case .integer: return .integer(cell.pointee.integer)
        case .real: return .double(cell.pointee.real)
        case .text: return .text(String(decoding: try bytes(column, cell.pointee.length), as: UTF8.self))
        case .blob: return .blob(try bytes(column, cell.pointee.length))
        case .decimal:
            // Sums of integers come as decimals without a fraction.
            let text = String(decoding: try bytes(column, cell.pointee.length), as: UTF8.self)
            return Int64(text).map(SQLValue.integer) ?? .double(Double(text) ?? 0)
        }
    }

    private func bytes(_ column: Int, _ length: UInt) throws(MySQLFailure) -> [UInt8] {
        guard length > 0 else { return [] }
        let scratch = MySQLCells(count: 1)
        var status: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            sy_bind_bytes(scratch.binds, scratch.cells, 0, buffer.baseAddress, length)
            status = mysql_stmt_fetch_column(handle, scratch.binds, UInt32(column), 0)
            count = status == 0 ? Int(length) : 0
        }
        if status != 0 { throw MySQLFailure(of: handle) }
        return bytes
    }

    /// After a change: rows, as the server counts them. An update that changed nothing counts 0 here.
    var affectedRows: Int { Int(truncatingIfNeeded: mysql_stmt_affected_rows(handle)) }

    var returnsRows: Bool { mysql_stmt_field_count(handle) > 0 }

    var insertedID: Int { Int(truncatingIfNeeded: mysql_stmt_insert_id(handle)) }
}
