internal import CSimdJSON

/// A cursor on one value of a parsed text. It keeps the text alive and decodes nothing before it is asked to.
public struct JSONValue: Sendable {
    public enum Kind: Equatable, Sendable {
        case object, array, string, number, bool, null
    }

    let document: JSONDocument
    let index: Int

    /// Parses and validates the whole of `bytes`, which the values share and do not copy.
    ///
    /// RFC 8259 in UTF-8; a byte order mark, a duplicate key and a surrogate alone are errors.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        JSONValue(document: try JSONDocument(bytes), index: 0)
    }

    /// Parses a copy of `bytes`; offsets count from the start of the slice.
    public static func parse(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> JSONValue {
        try parse(Array(bytes))
    }

    var node: json_node { document.node(index) }

    public var kind: Kind {
        switch node.kind {
        case JSON_KIND_OBJECT: .object
        case JSON_KIND_ARRAY: .array
        case JSON_KIND_STRING: .string
        case JSON_KIND_NUMBER: .number
        case JSON_KIND_NULL: .null
        default: .bool
        }
    }

    /// The member `key` of an object; `nil` without one and for every other kind.
    public subscript(key: String) -> JSONValue? {
        document.key(key, of: index).map { JSONValue(document: document, index: $0 + 1) }
    }

    /// The element at `position` of an array, found by counting; `nil` out of bounds and for every other kind.
    public subscript(position: Int) -> JSONValue? {
        guard node.kind == JSON_KIND_ARRAY, position >= 0, position < node.count else { return nil }
        var child = index + 1
        for _ in 0..<position { child = Int(document.node(child).next) }
        return JSONValue(document: document, index: child)
    }

    /// Members of an object or elements of an array; 0 for every other kind.
    public var count: Int { node.count }

    /// The members of an object in the order of the text; none for every other kind.
    public var members: JSONMembers { JSONMembers(self) }

    /// The elements of an array; none for every other kind.
    public var elements: JSONElements { JSONElements(self) }

    /// The text this value was parsed from, whole.
    public var source: [UInt8] { document.source }

    /// Where this value stands in `source`: from quote to quote, from brace to brace, without space around it.
    public var range: Range<Int> { node.range }

    /// The bytes of this value as they came.
    public var raw: [UInt8] { Array(document.source[range]) }
}
