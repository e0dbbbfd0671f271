/// What Redis answered to a command. An error as the whole answer is thrown instead (`RedisError.refused`).
public enum RedisReply: Sendable, Equatable {
    case null
    case integer(Int)
    /// A fixed word such as `OK`.
    case status(String)
    /// A value: any bytes.
    case bytes([UInt8])
    case array([RedisReply])
    /// An error as an element of an array, as `EXEC` answers it.
    case refused(code: String, message: String)

    /// A value or a status as text; `nil` for anything else, and for bytes that are not UTF-8.
    public var asText: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .null, .integer, .array, .refused: nil
        }
    }

    public var asBytes: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .status(let text): Array(text.utf8)
        case .null, .integer, .array, .refused: nil
        }
    }

    /// An integer, or a value that is one in decimal digits: scripts and hashes answer both.
    public var asInteger: Int? {
        switch self {
        case .integer(let number): number
        case .bytes, .status: asText.flatMap { Int($0) }
        case .null, .array, .refused: nil
        }
    }

    public var asArray: [RedisReply]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var isNull: Bool { self == .null }

    /// The fields and values of a hash, as `HGETALL` and scripts answer them: every other element is a name. `nil` for what is none.
    public var asFields: [String: RedisReply]? {
        guard case .array(let elements) = self, elements.count % 2 == 0 else { return nil }
        var fields: [String: RedisReply] = [:]
        fields.reserveCapacity(elements.count / 2)
        for index in stride(from: 0, to: elements.count, by: 2) {
            guard let name = elements[index].asText else { return nil }
            fields[name] = elements[index + 1]
        }
        return fields
    }
}
