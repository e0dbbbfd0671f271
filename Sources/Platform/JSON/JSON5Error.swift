/// What is wrong with a JSON5 text, for the person who wrote it.
public struct JSON5Error: Error, Equatable, Sendable {
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in Unicode scalars.
    public let column: Int
    public let message: String

    public init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    init(_ message: String, at position: JSON5Position) {
        self.init(line: position.line, column: position.column, message: message)
    }
}
