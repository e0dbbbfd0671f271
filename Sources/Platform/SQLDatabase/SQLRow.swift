/// One row of an answer; it stays valid after the statement.
///
/// The typed accessors throw `misuse` for a column that is not there or holds another type: the fault is in our SQL. The
/// optional forms give nil for NULL only.
public struct SQLRow: Sendable {
    let columns: [String]
    let values: [SQLValue]

    public var count: Int { values.count }

    /// - Parameter index: of an existing column, from 0.
    public subscript(_ index: Int) -> SQLValue { values[index] }

    /// nil when there is no such column.
    public subscript(_ column: String) -> SQLValue? { columns.firstIndex(of: column).map { values[$0] } }

    public func text(_ column: String) throws(SQLError) -> String { try required(optionalText(column), column) }
    public func int(_ column: String) throws(SQLError) -> Int { try required(optionalInt(column), column) }
    public func double(_ column: String) throws(SQLError) -> Double { try required(optionalDouble(column), column) }
    public func bool(_ column: String) throws(SQLError) -> Bool { try int(column) != 0 }
    public func blob(_ column: String) throws(SQLError) -> [UInt8] { try required(optionalBlob(column), column) }

    public func optionalText(_ column: String) throws(SQLError) -> String? {
        switch try value(column) {
        case .null: nil
        case .text(let text): text
        case .integer, .double, .blob: throw .misuse("column \(column) holds no text")
        }
    }

    public func optionalInt(_ column: String) throws(SQLError) -> Int? {
        switch try value(column) {
        case .null: nil
        case .integer(let number): Int(number)
        case .text, .double, .blob: throw .misuse("column \(column) holds no integer")
        }
    }

    /// Takes integers too: a sum of whole amounts comes back as one.
    public func optionalDouble(_ column: String) throws(SQLError) -> Double? {
        switch try value(column) {
        case .null: nil
        case .double(let number): number
        case .integer(let number): Double(number)
        case .text, .blob: throw .misuse("column \(column) holds no number")
        }
    }

    public func optionalBool(_ column: String) throws(SQLError) -> Bool? { try optionalInt(column).map { $0 != 0 } }

    public func optionalBlob(_ column: String) throws(SQLError) -> [UInt8]? {
        switch try value(column) {
        case .null: nil
        case .blob(let bytes): bytes
        case .text, .integer, .double: throw .misuse("column \(column) holds no blob")
        }
    }

    private func value(_ column: String) throws(SQLError) -> SQLValue {
        guard let value = self[column] else { throw .misuse("no column \(column) in the answer") }
        return value
    }

    private func required<Value>(_ value: Value?, _ column: String) throws(SQLError) -> Value {
        guard let value else { throw .misuse("column \(column) is NULL") }
        return value
    }
}
