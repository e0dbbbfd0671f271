import JSON

/// Where a field stands: `messages.content[document].title` is the title of the block of type `document` among those of the
/// content of a message.
struct FieldPath: Sendable, Equatable {
    struct Step: Sendable, Equatable {
        var name: String
        /// The `type` or the `role` of the object that is meant, where there are several kinds.
        var kind: String?
    }

    var steps: [Step]

    init(_ text: String) {
        steps = []
        for part in text.split(separator: "[") {
            // What follows a bracket begins with a kind, which may hold dots of its own.
            let (kind, rest) = part.firstIndex(of: "]").map { (part[..<$0], part[$0...].dropFirst()) } ?? (nil, part)
            if let kind { steps[steps.count - 1].kind = String(kind) }
            steps += rest.split(separator: ".").map { Step(name: String($0)) }
        }
    }

    /// The names under which callers may be told of it: each kind left out, or as if it were a member
    /// (`messages.content.document`).
    var names: Set<String> {
        var names: Set<String> = [""]
        for step in steps {
            let plain = names.map { $0.isEmpty ? step.name : "\($0).\(step.name)" }
            names = Set(plain)
            if let kind = step.kind { names.formUnion(plain.map { "\($0).\(kind)" }) }
        }
        return names
    }

    /// `example` with the field at this place set to `value`; a last step with a kind adds an element where there is a list.
    /// - Returns: `nil` where the example has nothing that could have the field.
    func put(_ value: JSONValue, in example: JSONValue) -> [UInt8]? {
        Self.put(value, at: steps[...], in: example)
    }

    private static func put(_ value: JSONValue, at steps: ArraySlice<Step>, in place: JSONValue) -> [UInt8]? {
        guard let step = steps.first else { return value.raw }
        guard place.kind == .object else { return nil }
        let held = place[step.name]
        if steps.count == 1 {
            guard step.kind != nil else { return place.with(step.name, value.raw) }
            guard let held else { return nil }
            guard held.kind == .array else {
                return held.kind == .object ? place.with(step.name, value.raw) : nil
            }
            return place.with(step.name, held.elements.map(\.raw) + [value.raw])
        }
        guard let held else { return nil }
        let rest = steps.dropFirst()
        guard held.kind == .array else {
            guard held.isOf(step.kind), let new = put(value, at: rest, in: held) else { return nil }
            return place.with(step.name, new)
        }
        var elements = held.elements.map(\.raw)
        for (index, element) in Array(held.elements.enumerated()).reversed() where element.isOf(step.kind) {
            guard let new = put(value, at: rest, in: element) else { continue }
            elements[index] = new
            return place.with(step.name, elements)
        }
        return nil
    }
}

extension JSONValue {
    fileprivate func isOf(_ kind: String?) -> Bool {
        guard let kind else { return true }
        return self["type"]?.string == kind || self["role"]?.string == kind
    }

    fileprivate func with(_ key: String, _ elements: [[UInt8]]) -> [UInt8] {
        with(key, JSONWriter.bytes { $0.array { for element in elements { $0.raw(element) } } })
    }

    /// This object with another value of one member, in its place or behind the others.
    fileprivate func with(_ key: String, _ value: [UInt8]) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                for (name, old) in members {
                    if name == key { $0.member(name, raw: value) } else { $0.member(name, old) }
                }
                if self[key] == nil { $0.member(key, raw: value) }
            }
        }
    }
}
