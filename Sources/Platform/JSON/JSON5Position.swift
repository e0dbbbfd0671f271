/// A place in a text as editors count: lines and columns from 1, a column being one Unicode scalar.
public struct JSON5Position: Equatable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
