/// One word of a command. A literal is one already: `["SET", .text(key), 7]`.
public enum RedisWord: Sendable, Equatable {
    case text(String)
    case bytes([UInt8])
    case integer(Int)

    func append(to command: inout [UInt8]) {
        switch self {
        case .text(let text): command.append(contentsOf: text.utf8)
        case .bytes(let bytes): command.append(contentsOf: bytes)
        case .integer(let number): command.append(contentsOf: String(number).utf8)
        }
    }
}

extension RedisWord: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int) { self = .integer(number) }
}
