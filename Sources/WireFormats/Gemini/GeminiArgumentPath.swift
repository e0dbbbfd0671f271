/// Where a piece of a call's arguments belongs: a JSONPath (RFC 9535) of names and positions only, such as
/// `$.places[0].city` or `$['place name']`.
struct GeminiArgumentPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case name(String)
        case position(Int)
    }

    private(set) var steps: [Step] = []

    /// Deeper arguments than any tool takes; writing them recurses.
    private static let maxDepth = 64

    /// - Returns: `nil` for what is no such path, or is one to the arguments themselves.
    init?(_ text: String) {
        var rest = Substring(text)
        guard rest.popFirst() == "$" else { return nil }
        while let mark = rest.popFirst() {
            guard steps.count < Self.maxDepth, let step = Self.step(after: mark, in: &rest) else { return nil }
            steps.append(step)
        }
        guard case .name = steps.first else { return nil }
    }

    private static func step(after mark: Character, in rest: inout Substring) -> Step? {
        switch mark {
        case ".":
            let name = rest.prefix { $0 != "." && $0 != "[" }
            rest = rest.dropFirst(name.count)
            return name.isEmpty ? nil : .name(String(name))
        case "[":
            if let quote = rest.first, quote == "'" || quote == "\"" {
                rest.removeFirst()
                return quoted(quote, in: &rest).map { .name($0) }
            }
            let digits = rest.prefix { $0 != "]" }
            rest = rest.dropFirst(digits.count + 1)
            return Int(digits).flatMap { $0 >= 0 ? .position($0) : nil }
        default: return nil
        }
    }

    /// The name up to `quote` and the bracket after it.
    private static func quoted(_ quote: Character, in rest: inout Substring) -> String? {
        var name = ""
        while let next = rest.popFirst() {
            if next == quote { return rest.popFirst() == "]" ? name : nil }
            if next != "\\" {
                name.append(next)
            } else if let escaped = rest.popFirst() {
                name.append(escaped)
            }
        }
        return nil
    }
}
