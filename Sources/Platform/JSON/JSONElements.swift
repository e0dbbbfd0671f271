internal import CSimdJSON

/// The elements of an array.
public struct JSONElements: Sequence, Sendable {
    private let array: JSONValue

    init(_ array: JSONValue) { self.array = array }

    public var underestimatedCount: Int { array.kind == .array ? array.count : 0 }

    public func makeIterator() -> Iterator { Iterator(array) }

    public struct Iterator: IteratorProtocol {
        private let document: JSONDocument
        private var index: Int
        private let end: Int

        init(_ array: JSONValue) {
            document = array.document
            index = array.index + 1
            end = array.kind == .array ? Int(array.node.next) : index
        }

        public mutating func next() -> JSONValue? {
            guard index < end else { return nil }
            let value = JSONValue(document: document, index: index)
            index = Int(value.node.next)
            return value
        }
    }
}
