internal import CSQLite

/// A compiled statement, kept to be run again. Confined to the thread of its connection.
final class SQLiteStatement {
    /// Bytes that stay with the statement between two runs; what a larger row needed is given back.
    private static let keptBytes = 64 << 10

    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let parameterCount: Int
    let isReadOnly: Bool
    private var columns: [String]?
    /// Text and blobs of the current run. SQLite gets pointers into it, so it copies nothing and allocates nothing; they
    /// stay valid until the next binding or the end of the statement, as `SQLITE_STATIC` demands.
    private var arena = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// Between the first step and the reset: a statement that is running cannot be started again.
    private(set) var isRunning = false

    /// Compiles the one statement in `sql`.
    init(_ sql: String, on connection: OpaquePointer) throws(SQLError) {
        var sql = sql
        var handle: OpaquePointer?
        var rest = 0
        let code = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { text in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    connection, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &tail)
                if let tail, let start = text.baseAddress {
                    rest = text[(tail - start)...].count { $0 > 32 && $0 != UInt8(ascii: ";") }
                }
                return code
            }
        }
        guard code == SQLITE_OK else { throw SQLError(sqlite: code, of: connection) }
        guard let handle, rest == 0 else {
            sqlite3_finalize(handle)
            throw .misuse("not exactly one statement: \(sql)")
        }
        self.handle = handle
        self.connection = connection
        parameterCount = Int(sqlite3_bind_parameter_count(handle))
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
    }

    deinit {
        sqlite3_finalize(handle)
        arena.deallocate()
    }

    /// Runs to the end, handing each row to `body`.
    func run(_ values: [SQLValue], _ body: (SQLRow) throws(SQLError) -> Void) throws(SQLError) {
        try bind(values)
        isRunning = true
        defer {
            sqlite3_reset(handle)  // repeats the code of the last step, which has been dealt with
            isRunning = false
            if arena.count > Self.keptBytes { emptyArena() }
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try body(row())
            case SQLITE_DONE: return
            case let code: throw SQLError(sqlite: code, of: connection)
            }
        }
    }

    private func row() -> SQLRow {
        let count = Int(sqlite3_column_count(handle))
        var names = columns ?? []
        if names.count != count {  // first run, or SQLite compiled anew for a changed table
            names = (0..<count).map { String(cString: sqlite3_column_name(handle, Int32($0))) }
            columns = names
        }
        let values = [SQLValue](unsafeUninitializedCapacity: count) { values, initialised in
            for index in 0..<count { (values.baseAddress! + index).initialize(to: value(Int32(index))) }
            initialised = count
        }
        return SQLRow(columns: names, values: values)
    }

    private func value(_ index: Int32) -> SQLValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            let text = sqlite3_column_text(handle, index)  // before the length: it may convert
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, index)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let blob = sqlite3_column_blob(handle, index)
            let bytes = UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(handle, index)))
            return .blob([UInt8](bytes))
        default: return .null
        }
    }

    // MARK: - Binding

    private func bind(_ values: [SQLValue]) throws(SQLError) {
        guard values.count == parameterCount else {
            throw .misuse("\(parameterCount) values wanted, \(values.count) given")
        }
        reserve(values.reduce(0) { $0 + $1.byteCount })
        var used = 0
        for index in values.indices {
            let position = Int32(index + 1)
            let code =
                switch values[index] {
                case .null: sqlite3_bind_null(handle, position)
                case .integer(let number): sqlite3_bind_int64(handle, position, number)
                case .double(let number): sqlite3_bind_double(handle, position, number)
                case .text(let text): bind(text, at: position, used: &used)
                case .blob(let bytes): bind(bytes, at: position, used: &used)
                }
            guard code == SQLITE_OK else { throw SQLError(sqlite: code, of: connection) }
        }
    }

    private func bind(_ text: String, at position: Int32, used: inout Int) -> Int32 {
        let start = arena.baseAddress! + used
        let count = text.utf8.span.withUnsafeBufferPointer { utf8 in
            if let from = utf8.baseAddress { start.copyMemory(from: from, byteCount: utf8.count) }
            return utf8.count
        }
        used += count
        return sqlite3_bind_text64(
            handle, position, start.assumingMemoryBound(to: CChar.self), UInt64(count), nil, UInt8(SQLITE_UTF8))
    }

    private func bind(_ bytes: [UInt8], at position: Int32, used: inout Int) -> Int32 {
        let start = arena.baseAddress! + used
        bytes.withUnsafeBytes { if let from = $0.baseAddress { start.copyMemory(from: from, byteCount: $0.count) } }
        used += bytes.count
        return sqlite3_bind_blob64(handle, position, start, UInt64(bytes.count), nil)
    }

    /// Makes room for `count` bytes, and for an address to point at when all are empty.
    private func reserve(_ count: Int) {
        guard count >= arena.count else { return }
        emptyArena()
        arena = .allocate(byteCount: max(count + 1, 512), alignment: 1)
    }

    private func emptyArena() {
        sqlite3_clear_bindings(handle)  // before what they point at goes
        arena.deallocate()
        arena = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
}
