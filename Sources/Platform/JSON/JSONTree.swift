/// JSON as an owned tree that can be changed, for small texts; what passes through the gateway is read by `JSONValue`.
public enum JSONTree: Sendable {
    case null
    case bool(Bool)
    /// As it is written, so that no digit is lost.
    case number(String)
    case string(String)
    case array([JSONTree])
    /// Members in their order.
    case object([(key: String, value: JSONTree)])

    public init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool == true)
        case .number: self = .number(String(decoding: value.raw, as: UTF8.self))
        case .string: self = .string(value.string ?? "")
        case .array: self = .array(value.elements.map { JSONTree($0) })
        case .object: self = .object(value.members.map { ($0.key, JSONTree($0.value)) })
        }
    }

    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self.init(try JSONValue.parse(bytes))
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let text): writer.raw(text.utf8)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.array { for element in elements { element.write(to: &$0) } }
        case .object(let members):
            writer.object {
                for (key, value) in members {
                    $0.key(key)
                    value.write(to: &$0)
                }
            }
        }
    }

    /// The tree as JSON without spaces.
    public var bytes: [UInt8] { JSONWriter.bytes { write(to: &$0) } }

    /// The value of the first member `key` of an object. Setting replaces it in its place or appends it, `nil` removes
    /// it; on another kind setting does nothing.
    public subscript(key: String) -> JSONTree? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let position = members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
            switch (position, newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// The element at `position` of an array, `nil` out of bounds.
    public subscript(position: Int) -> JSONTree? {
        guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
        return elements[position]
    }

    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The double nearest to the number; `nil` when it is too large for one.
    public var double: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The number if it is whole and an `Int` holds it, also when written `3.0`.
    public var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    public var elements: [JSONTree] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    public var members: [(key: String, value: JSONTree)] {
        guard case .object(let members) = self else { return [] }
        return members
    }
}
