internal import Configuration
internal import JSON

/// A model as the API shows it: its provider's fields of it, and where they are kept.
struct ShownModel: Sendable {
    var provider: String
    var name: String
    private let fields: JSONTree
    private let origin: ShownObject

    /// - Returns: `nil` for an entry without a name, which no reader lets pass.
    init?(_ entry: JSONTree, of provider: ShownObject) {
        guard let name = entry["name"]?.string else { return nil }
        self.provider = provider.id
        self.name = name
        fields = entry
        origin = provider
    }

    var id: String { "\(provider)/\(name)" }
    /// That of the provider, which it is a part of.
    var version: Int? { origin.version }

    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("provider", provider)
        json.member("name", name)
        for field in ["context_length", "max_tokens", "pricing"] {
            json.key(field)
            (fields[field] ?? .null).write(to: &json)
        }
        for (field, value) in fields.members where !Self.shown.contains(field) {
            json.key(field)
            value.write(to: &json)
        }
        json.member("enabled", origin.fields["enabled"]?.bool ?? true)
        json.member("source", origin.owner.rawValue)
        json.member("managed_by", origin.owner.rawValue)
        json.member("version", orNull: version)
    }

    private static let shown: Set<String> = ["name", "context_length", "max_tokens", "pricing"]
    private static let readOnly = ShownObject.readOnlyFields.union(["provider", "enabled", "source"])

    /// What a body says of the model itself, with its name.
    static func ownFields(of body: JSONTree, _ provider: String, _ name: String) throws(Problem) -> JSONTree {
        for (field, meant) in [("provider", provider), ("name", name), ("id", "\(provider)/\(name)")] {
            guard let stated = body[field], stated.string != meant else { continue }
            throw .invalid([FieldFault(field: field, message: "must be that of the path")])
        }
        var fields = JSONTree.object(body.members.filter { !readOnly.contains($0.key) })
        fields["name"] = .string(name)
        return fields
    }
}
