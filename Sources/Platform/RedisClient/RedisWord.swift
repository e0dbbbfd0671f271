/// One word of a command. A literal is one already: `["SET", .text(key), 7]`.
public enum RedisWord: Sendable, Equatable {
    case text(String)
    case bytes([UInt8])
    case integer(Int)

    /// Bytes that it takes at most.
    var mostBytes: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .integer: 20
        }
    }
}

extension RedisWord: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int) { self = .integer(number) }
}
