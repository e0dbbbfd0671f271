extension JSONTree: Equatable {
    /// Members in any order; numbers by their text or else by their value, so that `1.0` equals `1`.
    public static func == (left: JSONTree, right: JSONTree) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.number(let leftText), .number(let rightText)):
            leftText == rightText || sameNumber(left, right)
        case (.object(let left), .object(let right)): sameMembers(left, right)
        case (.null, _), (.bool, _), (.string, _), (.array, _), (.number, _), (.object, _): false
        }
    }

    /// Whole numbers are compared as such because two of them may share one nearest double.
    private static func sameNumber(_ left: JSONTree, _ right: JSONTree) -> Bool {
        if let left = left.int, let right = right.int { return left == right }
        return left.double != nil && left.double == right.double
    }

    private typealias Member = (key: String, value: JSONTree)

    private static func sameMembers(_ left: [Member], _ right: [Member]) -> Bool {
        guard left.count == right.count else { return false }
        let others = Dictionary(right.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
        return left.allSatisfy { others[Array($0.key.utf8)] == $0.value }
    }
}
