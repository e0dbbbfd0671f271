/// A key of a JSON5 object, where it was written, and its value.
public struct JSON5Member: Equatable, Sendable {
    public let key: String
    public let keyPosition: JSON5Position
    public let value: JSON5Node

    public init(key: String, at keyPosition: JSON5Position, value: JSON5Node) {
        self.key = key
        self.keyPosition = keyPosition
        self.value = value
    }
}
