internal import JSON

extension JSONTree {
    init(_ node: JSON5Node) {
        switch node.value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let number): self = .number(String(number))
        case .double(let number): self = number.isFinite ? .number(number.description) : .null
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { JSONTree($0) })
        case .object(let members): self = .object(members.map { ($0.key, JSONTree($0.value)) })
        }
    }
}

extension JSON5Node {
    /// Without a place, for what was never in a file.
    init(_ tree: JSONTree) {
        let nowhere = JSON5Position(line: 0, column: 0)
        let value: Value =
            switch tree {
            case .null: .null
            case .bool(let value): .bool(value)
            case .number(let text): Int(text).map { .integer($0) } ?? .double(Double(text) ?? .nan)
            case .string(let text): .string(text)
            case .array(let elements): .array(elements.map { JSON5Node($0) })
            case .object(let members):
                .object(members.map { JSON5Member(key: $0.key, at: nowhere, value: JSON5Node($0.value)) })
            }
        self.init(value, at: nowhere)
    }
}
