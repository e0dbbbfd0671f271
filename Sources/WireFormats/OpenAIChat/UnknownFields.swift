internal import JSON

/// The dotted names of what a request says and the common form cannot hold, each once, in the order they were met.
struct UnknownFields {
    private(set) var names: [String] = []

    mutating func add(_ name: String) {
        if !names.contains(name) { names.append(name) }
    }

    /// Adds every member of an object that is not null nor one of `known`.
    mutating func add(_ object: JSONValue?, besides known: Set<String>, under place: String) {
        guard let object else { return }
        for (key, value) in object.members where !value.isNull && !known.contains(key) { add("\(place).\(key)") }
    }
}
