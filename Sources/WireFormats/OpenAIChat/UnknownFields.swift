internal import JSON

/// The dotted names of what a request says and the common form cannot hold, each once, in the order they were met. Names are
/// the caller's own words and end up in a header and in the ledger, so there is an end to their number and length.
struct UnknownFields {
    private static let mostNames = 64
    private static let longestName = 128

    private(set) var names: [String] = []

    mutating func add(_ name: String) {
        guard names.count < Self.mostNames else { return }
        let name = name.utf8.count <= Self.longestName ? name : String(name.prefix(Self.longestName / 4)) + "..."
        if !names.contains(name) { names.append(name) }
    }

    /// Adds every member of an object that is not null nor one of `known`.
    mutating func add(_ object: JSONValue?, besides known: Set<String>, under place: String) {
        guard let object else { return }
        for (key, value) in object.members where !value.isNull && !known.contains(key) { add("\(place).\(key)") }
    }

    /// Adds what `CacheMark` does not hold of a `cache_control`.
    mutating func addMark(_ mark: JSONValue?, under place: String) {
        guard let mark else { return }
        if mark["type"]?.isString("ephemeral") != true { return add(place) }
        add(mark, besides: ["type", "ttl"], under: place)
    }
}
