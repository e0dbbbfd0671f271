internal import CSimdJSON

/// The members of an object in the order of the text.
public struct JSONMembers: Sequence, Sendable {
    private let object: JSONValue

    init(_ object: JSONValue) { self.object = object }

    public func makeIterator() -> Iterator { Iterator(object) }

    public struct Iterator: IteratorProtocol {
        private let document: JSONDocument
        private var key: Int
        private let end: Int

        init(_ object: JSONValue) {
            document = object.document
            key = object.index + 1
            end = object.kind == .object ? Int(object.node.next) : key
        }

        public mutating func next() -> (key: String, value: JSONValue)? {
            guard key < end else { return nil }
            let value = JSONValue(document: document, index: key + 1)
            defer { key = Int(value.node.next) }
            return (document.text(key), value)
        }
    }
}
