/// A value of a JSON5 text that knows where it was written.
public struct JSON5Node: Equatable, Sendable {
    public enum Value: Equatable, Sendable {
        case null
        case bool(Bool)
        /// Written without point and exponent, and within an `Int`.
        case integer(Int)
        /// Any other number; `Infinity` and `NaN` are numbers of JSON5.
        case double(Double)
        case string(String)
        case array([JSON5Node])
        /// In the order of the text; no key twice.
        case object([JSON5Member])
    }

    public let value: Value
    public let position: JSON5Position

    public init(_ value: Value, at position: JSON5Position) {
        self.value = value
        self.position = position
    }

    public var line: Int { position.line }
    public var column: Int { position.column }

    public var isNull: Bool { value == .null }

    public var bool: Bool? {
        guard case .bool(let value) = value else { return nil }
        return value
    }

    /// A whole number that an `Int` holds, also when written `3.0` or `3e2`.
    public var int: Int? {
        switch value {
        case .integer(let number): number
        case .double(let number): Int(exactly: number)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    public var double: Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .null, .bool, .string, .array, .object: nil
        }
    }

    public var string: String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    /// The elements of an array; `nil` for every other kind.
    public var elements: [JSON5Node]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    /// The members of an object; `nil` for every other kind.
    public var members: [JSON5Member]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    /// The member `key` of an object.
    public subscript(key: String) -> JSON5Node? {
        members?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// What a message calls this kind of value, such as "an array".
    public var kindName: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
