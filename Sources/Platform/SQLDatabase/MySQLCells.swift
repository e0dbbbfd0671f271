internal import CMySQL

/// What the parameters or columns of a statement are bound to; the addresses stay. Confined to the thread of its connection.
final class MySQLCells {
    let count: Int
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    let cells: UnsafeMutablePointer<sy_cell>

    init(count: Int) {
        self.count = count
        binds = .allocate(capacity: max(count, 1))
        cells = .allocate(capacity: max(count, 1))
        binds.initialize(repeating: MYSQL_BIND(), count: max(count, 1))
        cells.initialize(repeating: sy_cell(), count: max(count, 1))
    }

    deinit {
        binds.deallocate()
        cells.deallocate()
    }

    /// Binds `values` and runs `body`, during which their bytes stay where they are.
    func holding(_ values: [SQLValue], _ body: () throws(MySQLFailure) -> Void) throws(MySQLFailure) {
        let size = values.reduce(0) { $0 + $1.byteCount }
        let arena = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 1)
        defer { arena.deallocate() }
        var used = arena.baseAddress!
        for (index, value) in values.enumerated() {
            let (bind, cell) = (binds + index, cells + index)
            cell.pointee.is_null = 0
            switch value {
            case .null: sy_bind_null(bind, cell)
            case .integer(let number):
                cell.pointee.integer = number
                sy_bind_integer(bind, cell)
            case .double(let number):
                cell.pointee.real = number
                sy_bind_real(bind, cell)
            case .text(var text):
                text.withUTF8 { Self.copy(UnsafeRawBufferPointer($0), to: used) }
                sy_bind_bytes(bind, cell, 1, used, UInt(value.byteCount))
            case .blob(let bytes):
                bytes.withUnsafeBytes { Self.copy($0, to: used) }
                sy_bind_bytes(bind, cell, 0, used, UInt(value.byteCount))
            }
            used += value.byteCount
        }
        try body()
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        if let start = bytes.baseAddress { target.copyMemory(from: start, byteCount: bytes.count) }
    }
}
