internal import JSON

extension JSONTree {
    /// This tree with a merge patch applied (RFC 7386): null takes a member away, objects are merged, all else is replaced.
    func merging(_ patch: JSONTree) -> JSONTree {
        guard case .object(let changes) = patch else { return patch }
        var result = self
        if case .object = self {} else { result = .object([]) }
        for (name, change) in changes {
            result[name] = change == .null ? nil : (result[name] ?? .null).merging(change)
        }
        return result
    }

    /// Members that are null are the same as members that are not there.
    func withoutNulls() -> JSONTree {
        switch self {
        case .object(let members):
            .object(members.filter { $0.value != .null }.map { ($0.key, $0.value.withoutNulls()) })
        case .array(let elements): .array(elements.map { $0.withoutNulls() })
        case .null, .bool, .number, .string: self
        }
    }
}
